package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/redis/go-redis/v9"
)

type redisStore struct{ address string }

func (store redisStore) try(ctx context.Context) (string, error) {
	client, err := store.client()
	if err != nil {
		return "", err
	}
	defer client.Close()
	written := mark()
	key := "contract:" + written
	if err := client.Set(ctx, key, written, time.Minute).Err(); err != nil {
		return "", fmt.Errorf("write: %w", err)
	}
	read, err := client.Get(ctx, key).Result()
	if err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	return "wrote a key and read it", same(written, read)
}

func (store redisStore) client() (*redis.Client, error) {
	location, err := url.Parse(store.address)
	if err != nil && !strings.HasPrefix(store.address, "redis+sentinel:") {
		return nil, errors.New("the address cannot be read")
	}
	if rest, ok := strings.CutPrefix(store.address, "redis+sentinel://"); ok {
		// Several hosts are no URL that the library reads.
		user, hosts, _ := strings.Cut(rest, "@")
		hosts, master, _ := strings.Cut(hosts, "/")
		password, err := url.PathUnescape(strings.TrimPrefix(user, ":"))
		if err != nil {
			return nil, errors.New("the password in the address cannot be read")
		}
		return redis.NewFailoverClient(&redis.FailoverOptions{
			MasterName: master, SentinelAddrs: strings.Split(hosts, ","), Password: password, SentinelPassword: password,
		}), nil
	}
	options, err := redis.ParseURL(location.String())
	if err != nil {
		return nil, errors.New("the address cannot be read")
	}
	return redis.NewClient(options), nil
}

type objectStorage struct {
	endpoint, key, secret, bucket, region string
	encrypted                             bool
	application                           string
}

func (storage objectStorage) try(ctx context.Context) (string, error) {
	client, err := minio.New(hostOf(storage.endpoint), &minio.Options{
		Creds: credentials.NewStaticV4(storage.key, storage.secret, ""), Region: storage.region,
		Secure: storage.encrypted || strings.HasPrefix(storage.endpoint, "https:"), BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return "", err
	}
	written, name := mark(), "contract/"+storage.application
	if _, err := client.PutObject(ctx, storage.bucket, name, strings.NewReader(written), int64(len(written)), minio.PutObjectOptions{}); err != nil {
		return "", fmt.Errorf("write to bucket %s: %w", storage.bucket, err)
	}
	object, err := client.GetObject(ctx, storage.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	defer object.Close()
	read, err := io.ReadAll(object)
	if err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	return "wrote an object to bucket " + storage.bucket + " and read it", same(written, string(read))
}
