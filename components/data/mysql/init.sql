CREATE DATABASE IF NOT EXISTS {{database}} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
GRANT ALL PRIVILEGES ON {{grantedDatabase}}.* TO '{{user}}'@'%';
FLUSH PRIVILEGES;
