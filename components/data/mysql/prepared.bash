# The last of the scripts that the image reads into its own shell, whose function this is: the folder is complete, and the server
# starts where the data belong.
docker_temp_server_stop
exit 0
