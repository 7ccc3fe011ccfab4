// Command cert-manager runs one part of cert-manager: controller, webhook, cainjector or startupapicheck, or prints the objects of its chart.
//
// The module that Go can fetch has everything but the small programs that start the parts: upstream keeps these in modules that are
// not published. This one starts the same parts with the arguments that the chart gives them.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/pflag"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

const usage = "usage: cert-manager controller|webhook|cainjector|startupapicheck [OPTION...]\n       cert-manager chart DIRECTORY VERSION NAMESPACE <VALUES.json"

var parts = map[string]func(ctx context.Context, arguments []string) error{
	"controller":      controller,
	"webhook":         webhook,
	"cainjector":      cainjector,
	"startupapicheck": startupapicheck,
	"chart":           chart,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	var run func(context.Context, []string) error
	if len(os.Args) > 1 {
		run = parts[os.Args[1]]
	}
	if run == nil {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	logger := klog.NewKlogr()
	ctrl.SetLogger(logger)
	if err := run(klog.NewContext(ctx, logger), os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// options are the arguments of a part; those that concern what is left out here are taken and have no effect.
func options(part string) *pflag.FlagSet {
	set := pflag.NewFlagSet(part, pflag.ContinueOnError)
	set.ParseErrorsAllowlist.UnknownFlags = true
	return set
}
