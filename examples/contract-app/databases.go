package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
)

// What one application wrote last; each has a row of its own.
const (
	createTable = "CREATE TABLE IF NOT EXISTS contract (application VARCHAR(100) PRIMARY KEY, written VARCHAR(100) NOT NULL)"
	readRow     = "SELECT written FROM contract WHERE application = "
)

// mark is different each time, so that what is read was just written.
func mark() string { return time.Now().UTC().Format(time.RFC3339Nano) }

type postgres struct{ address, application string }

func (database postgres) try(ctx context.Context) (string, error) {
	connection, err := pgx.Connect(ctx, database.address)
	if err != nil {
		return "", fmt.Errorf("connect: %w", withoutSecret(err, database.address))
	}
	defer connection.Close(context.WithoutCancel(ctx))
	if err := database.create(ctx, connection); err != nil {
		return "", fmt.Errorf("create a table: %w", err)
	}
	written := mark()
	if _, err := connection.Exec(ctx, "INSERT INTO contract VALUES ($1, $2) ON CONFLICT (application) DO UPDATE SET written = $2",
		database.application, written); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	var read string
	if err := connection.QueryRow(ctx, readRow+"$1", database.application).Scan(&read); err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	return "wrote a row and read it", same(written, read)
}

// create makes the table. Of two that make it at once one is told that the name is taken, although it asked for that not to matter.
func (database postgres) create(ctx context.Context, connection *pgx.Conn) error {
	_, err := connection.Exec(ctx, createTable)
	if err != nil {
		_, err = connection.Exec(ctx, createTable)
	}
	return err
}

type mysqlDatabase struct{ address, user, password, name, application string }

func (database mysqlDatabase) try(ctx context.Context) (string, error) {
	configuration := mysql.NewConfig()
	configuration.Net, configuration.Addr, configuration.DBName = "tcp", database.address, database.name
	configuration.User, configuration.Passwd = database.user, database.password
	connector, err := mysql.NewConnector(configuration)
	if err != nil {
		return "", err
	}
	connection := sql.OpenDB(connector)
	defer connection.Close()
	if _, err := connection.ExecContext(ctx, createTable); err != nil {
		return "", fmt.Errorf("create a table: %w", err)
	}
	written := mark()
	if _, err := connection.ExecContext(ctx, "REPLACE INTO contract VALUES (?, ?)", database.application, written); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	var read string
	if err := connection.QueryRowContext(ctx, readRow+"?", database.application).Scan(&read); err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	return "wrote a row and read it", same(written, read)
}

// migrate does for a Job what its command would: the database is written and read.
func migrate(ctx context.Context, variables variables, command []string) error {
	text := strings.Join(command, " ")
	if !strings.Contains(text, "migrat") {
		return fmt.Errorf("%q is no command that contract-app stands in for; it does what migrates a database", text)
	}
	database := variables.database()
	if database.opened == nil {
		return errors.New("the variables name no database, or no password for it")
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		result := try(ctx, database)
		if result.OK {
			fmt.Printf("%s: %s %s: %s\n", text, result.Dependency, result.Address, result.Did)
			return nil
		}
		fmt.Printf("%s: %s %s is not ready: %s\n", text, result.Dependency, result.Address, result.Error)
		select {
		case <-ctx.Done():
			return errors.New(result.Error)
		case <-time.After(time.Second):
		}
	}
}

func same(written, read string) error {
	if written != read {
		return fmt.Errorf("wrote %q and read %q", written, read)
	}
	return nil
}

// withoutSecret leaves the address with its password out of an error.
func withoutSecret(err error, address string) error {
	return errors.New(strings.ReplaceAll(err.Error(), address, hostOf(address)))
}
