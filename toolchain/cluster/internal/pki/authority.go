// Package pki makes and keeps the certificates, keys and kubeconfigs of one embedded cluster.
package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	validity = 10 * 365 * 24 * time.Hour
	// renewal is how long before expiry a kept certificate is replaced.
	renewal = 30 * 24 * time.Hour
)

// Pair is a certificate and its private key, both in PEM.
type Pair struct{ Certificate, Key []byte }

// Authority signs the certificates of one cluster and keeps them as NAME.crt and NAME.key in a directory.
type Authority struct {
	directory   string
	pair        Pair
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	renewed     bool
}

// Open reads the authority kept in directory, or makes one when there is none or it is about to expire.
func Open(directory string) (*Authority, error) {
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return nil, err
	}
	authority := &Authority{directory: directory}
	pair, err := authority.read("ca")
	if err != nil {
		return nil, err
	}
	if pair == nil {
		authority.renewed = true
		if pair, err = authority.issue("ca", &x509.Certificate{
			Subject:               pkix.Name{CommonName: "embedded-cluster"},
			IsCA:                  true,
			BasicConstraintsValid: true,
			KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		}); err != nil {
			return nil, err
		}
	}
	authority.pair = *pair
	if authority.certificate, err = parseCertificate(pair.Certificate); err != nil {
		return nil, err
	}
	if authority.key, err = parseKey(pair.Key); err != nil {
		return nil, err
	}
	return authority, nil
}

// Certificate is the authority's own certificate in PEM.
func (a *Authority) Certificate() []byte { return a.pair.Certificate }

// Path is where file of the authority's directory lives.
func (a *Authority) Path(file string) string { return filepath.Join(a.directory, file) }

// Server keeps a certificate that proves the given host names and addresses; etcd also uses it to dial its peers.
func (a *Authority) Server(name string, hosts []string) (*Pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, host := range hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return a.keep(name, template)
}

// Client keeps a certificate that signs in as user, member of groups.
func (a *Authority) Client(name, user string, groups ...string) (*Pair, error) {
	return a.keep(name, &x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

func (a *Authority) keep(name string, template *x509.Certificate) (*Pair, error) {
	if !a.renewed {
		if pair, err := a.read(name); pair != nil || err != nil {
			return pair, err
		}
	}
	return a.issue(name, template)
}

// read returns nil when the pair is absent or about to expire.
func (a *Authority) read(name string) (*Pair, error) {
	certificate, err := os.ReadFile(a.Path(name + ".crt"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(a.Path(name + ".key"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	parsed, err := parseCertificate(certificate)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.Path(name+".crt"), err)
	}
	if time.Now().Add(renewal).After(parsed.NotAfter) {
		return nil, nil
	}
	return &Pair{Certificate: certificate, Key: key}, nil
}

func (a *Authority) issue(name string, template *x509.Certificate) (*Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return nil, err
	}
	// An hour of slack for clocks that are set back after the start.
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(validity)
	parent, signer := a.certificate, a.key
	if parent == nil {
		parent, signer = template, key
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, err
	}
	encodedKey, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	pair := &Pair{
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}),
		Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encodedKey}),
	}
	// The key goes first: a certificate whose key is missing counts as absent.
	if err := WritePrivate(a.Path(name+".key"), pair.Key); err != nil {
		return nil, err
	}
	return pair, WritePrivate(a.Path(name+".crt"), pair.Certificate)
}
