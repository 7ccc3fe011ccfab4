package pki

import (
	"encoding/base64"
	"fmt"
)

// Kubeconfig writes a kubeconfig to path that reaches server as the owner of client and trusts this authority alone.
func (a *Authority) Kubeconfig(path, name, server string, client *Pair) error {
	encode := base64.StdEncoding.EncodeToString
	return WritePrivate(path, fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: %[1]s
contexts:
- name: %[1]s
  context: {cluster: %[1]s, user: %[1]s}
clusters:
- name: %[1]s
  cluster:
    server: %[2]s
    certificate-authority-data: %[3]s
users:
- name: %[1]s
  user:
    client-certificate-data: %[4]s
    client-key-data: %[5]s
`, name, server, encode(a.Certificate()), encode(client.Certificate), encode(client.Key)))
}
