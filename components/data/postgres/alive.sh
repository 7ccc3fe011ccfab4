# 1 is a server that starts or recovers and lets nobody in yet: to end it then would only make it recover anew.
# Over TCP: the socket answers while the first start is still loading the schema.
pg_isready -h 127.0.0.1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" || [ $? -eq 1 ]
