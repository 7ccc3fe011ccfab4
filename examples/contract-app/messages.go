package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	amqp "github.com/rabbitmq/amqp091-go"
)

type messageQueue struct{ address, queue, application string }

// try sends a message to the application's own queue and takes it out; other messages stay.
func (queue messageQueue) try(ctx context.Context) (string, error) {
	connection, err := amqp.DialConfig(queue.address, amqp.Config{Dial: amqp.DefaultDial(patience / 2), Heartbeat: 10 * time.Second})
	if err != nil {
		return "", fmt.Errorf("connect: %w", withoutSecret(err, queue.address))
	}
	defer connection.Close()
	channel, err := connection.Channel()
	if err != nil {
		return "", err
	}
	name := queue.queue
	if name == "" {
		name = "contract." + queue.application
		_, err := channel.QueueDeclare(name, true, false, false, false, amqp.Table{amqp.QueueTypeArg: amqp.QueueTypeQuorum})
		var refusal *amqp.Error
		if errors.As(err, &refusal) && refusal.Code == amqp.AccessRefused {
			return "connected; its account may not have a queue of its own", nil
		}
		if err != nil {
			return "", fmt.Errorf("declare %s: %w", name, err)
		}
	}
	if err := channel.Confirm(false); err != nil {
		return "", err
	}
	written := mark()
	confirmation, err := channel.PublishWithDeferredConfirmWithContext(ctx, "", name, true, false,
		amqp.Publishing{MessageId: written, DeliveryMode: amqp.Persistent, Body: []byte(written)})
	if err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	if taken, err := confirmation.WaitContext(ctx); err != nil || !taken {
		return "", fmt.Errorf("write to %s: confirmed: %t, %w", name, taken, errors.Join(err))
	}
	return "sent a message to " + name + " and took it", take(ctx, channel, name, written)
}

// take reads messages until it meets its own; the others go back when the channel closes.
func take(ctx context.Context, channel *amqp.Channel, queue, id string) error {
	for {
		message, ok, err := channel.Get(queue, false)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		if ok && message.MessageId == id {
			return message.Ack(false)
		}
		if ok {
			continue
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("read: the message is not in %s", queue)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

type stream struct{ address, application string }

// try keeps a message in a stream of JetStream and reads it there.
func (stream stream) try(ctx context.Context) (string, error) {
	connection, err := nats.Connect(stream.address, nats.Timeout(patience/2), nats.Name(stream.application))
	if err != nil {
		return "", fmt.Errorf("connect: %w", withoutSecret(err, stream.address))
	}
	defer connection.Close()
	client, err := jetstream.New(connection)
	if err != nil {
		return "", err
	}
	name := "contract-" + strings.Map(func(letter rune) rune {
		if strings.ContainsRune(". *>/\\", letter) {
			return '-'
		}
		return letter
	}, stream.application)
	kept, err := client.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: name, Subjects: []string{name}, Storage: jetstream.FileStorage, MaxMsgs: 1000,
	})
	if err != nil {
		return "", fmt.Errorf("make stream %s: %w", name, err)
	}
	written := mark()
	place, err := client.Publish(ctx, name, []byte(written))
	if err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	message, err := kept.GetMsg(ctx, place.Sequence)
	if err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	return "kept a message in stream " + name + " and read it", same(written, string(message.Data))
}

type mailRelay struct{ address string }

// try hears the relay's greeting, and sends nobody a message.
func (relay mailRelay) try(ctx context.Context) (string, error) {
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", relay.address)
	if err != nil {
		return "", err
	}
	defer connection.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := connection.SetDeadline(deadline); err != nil {
			return "", err
		}
	}
	greeting, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(greeting, "220") {
		return "", fmt.Errorf("the relay says %q", greeting)
	}
	return "heard the relay's greeting", nil
}
