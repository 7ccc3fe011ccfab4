package pki

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func open(t *testing.T, directory string) *Authority {
	t.Helper()
	authority, err := Open(directory)
	if err != nil {
		t.Fatal(err)
	}
	return authority
}

func TestCertificatesAreKeptBetweenRuns(t *testing.T) {
	directory := t.TempDir()
	first, err := open(t, directory).Client("admin", "admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	second, err := open(t, directory).Client("admin", "admin", "system:masters")
	if err != nil {
		t.Fatal(err)
	}
	if string(first.Certificate) != string(second.Certificate) {
		t.Error("the second run issued another certificate")
	}
}

func TestNewAuthorityReplacesCertificatesOfTheOld(t *testing.T) {
	directory := t.TempDir()
	first, err := open(t, directory).Client("admin", "admin")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(directory, "ca.crt")); err != nil {
		t.Fatal(err)
	}
	authority := open(t, directory)
	second, err := authority.Client("admin", "admin")
	if err != nil {
		t.Fatal(err)
	}
	if string(first.Certificate) == string(second.Certificate) {
		t.Error("a certificate of the removed authority is still in use")
	}
	parsed, _ := parseCertificate(second.Certificate)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.Certificate())
	if _, err := parsed.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}); err != nil {
		t.Error(err)
	}
}

func TestServerCertificateProvesItsHostsOnly(t *testing.T) {
	pair, err := open(t, t.TempDir()).Server("server", []string{"127.0.0.1", "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := tls.X509KeyPair(pair.Certificate, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, _ := x509.ParseCertificate(loaded.Certificate[0])
	if !parsed.IPAddresses[0].Equal(net.IPv4(127, 0, 0, 1)) || parsed.VerifyHostname("localhost") != nil {
		t.Errorf("addresses %v, names %v", parsed.IPAddresses, parsed.DNSNames)
	}
	if parsed.VerifyHostname("example.org") == nil {
		t.Error("the certificate also proves example.org")
	}
}

func TestEveryCredentialIsReadableByItsOwnerAlone(t *testing.T) {
	directory := t.TempDir()
	authority := open(t, directory)
	client, err := authority.Client("admin", "admin")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(directory, "kubeconfig")
	if err := authority.Kubeconfig(path, "embedded", "https://127.0.0.1:6443", client); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(directory)
	if len(entries) != 5 {
		t.Errorf("%d files, want ca, admin (two each) and kubeconfig", len(entries))
	}
	for _, entry := range entries {
		info, _ := entry.Info()
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", entry.Name(), info.Mode().Perm())
		}
	}
	content, _ := os.ReadFile(path)
	if strings.Contains(string(content), "insecure") || !strings.Contains(string(content), "certificate-authority-data: ") {
		t.Error("the kubeconfig does not verify its server")
	}
}
