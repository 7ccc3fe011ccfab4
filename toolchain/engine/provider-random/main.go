// Command pulumi-resource-random serves HashiCorp's random provider through Pulumi's Terraform bridge.
package main

import (
	"context"
	"fmt"

	frameworkbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/terraform-providers/terraform-provider-random/shim"
)

const (
	name = "random"
	// version is that of @pulumi/random in package.json: the engine matches the two.
	version = "4.21.2"
)

func main() {
	provider := tfbridge.ProviderInfo{
		P:                           frameworkbridge.ShimProvider(shim.New()),
		Name:                        name,
		Version:                     version,
		MetadataInfo:                tfbridge.NewProviderMetadata([]byte("{}")),
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
	}
	// random_password becomes random:index/randomPassword:RandomPassword, the token of the npm package.
	provider.MustComputeTokens(tokens.SingleModule("random_", "index", func(module, resource string) (string, error) {
		return tokens.MakeStandard(name)(module, "Random"+resource)
	}))
	// The schema serves code generation alone, which the npm package has already been through.
	frameworkbridge.Main(context.Background(), name, provider, frameworkbridge.ProviderMetadata{
		PackageSchema:  fmt.Appendf(nil, `{"name":%q,"version":%q}`, name, version),
		BridgeMetadata: []byte("{}"),
	})
}
