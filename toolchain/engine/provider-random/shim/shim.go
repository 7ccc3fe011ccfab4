// Package shim hands out the provider that upstream keeps in an internal package. Its module path lies below upstream's,
// which is what Go asks of whoever imports one.
package shim

import (
	"github.com/hashicorp/terraform-plugin-framework/provider"
	random "github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// New makes the random provider.
func New() provider.Provider { return random.New() }
