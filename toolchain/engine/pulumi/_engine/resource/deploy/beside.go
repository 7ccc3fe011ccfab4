package deploy

import (
	"context"
	"slices"

	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
)

// analysis judges the resources of a preview beside its steps, one after the other in the order in which they came. Nothing
// that a policy says stops a preview before its end, so no step has to wait for it: waiting takes longer than judging.
type analysis struct {
	// last is closed when the resource that came last was judged.
	last     chan struct{}
	sawError bool
	err      error
}

// add is called by the step generator alone, which makes one step at a time. After an error nothing more is judged.
func (a *analysis) add(judge func() (sawError bool, err error)) {
	before, judged := a.last, make(chan struct{})
	a.last = judged
	go func() {
		defer close(judged)
		if before != nil {
			<-before
		}
		if a.err == nil {
			var sawError bool
			sawError, a.err = judge()
			a.sawError = a.sawError || sawError
		}
	}()
}

// wait returns when everything that was added was judged: after the end of the deployment no event may come.
func (a *analysis) wait() {
	if a.last != nil {
		<-a.last
	}
}

// analyzeResource is the function of this name for an update, which must not create what a policy refuses. In a preview it
// returns at once, and AnalyzeResources has what came of it.
func (sg *stepGenerator) analyzeResource(
	ctx context.Context, analyzers []plugin.Analyzer, r plugin.AnalyzerResource, events PolicyEvents, preview bool,
) (invalid, sawError bool, err error) {
	if !preview {
		return analyzeResource(ctx, analyzers, r, events, preview)
	}
	sg.beside.add(func() (bool, error) {
		_, sawError, err := analyzeResource(ctx, analyzers, r, events, preview)
		return sawError, err
	})
	return false, false, nil
}

// AnalyzeResources judges all resources together when each of them was judged alone.
func (sg *stepGenerator) AnalyzeResources(ctx context.Context) error {
	sg.beside.wait()
	sg.sawError = sg.sawError || sg.beside.sawError
	if sg.beside.err != nil {
		return sg.beside.err
	}
	return sg.analyzeStack(ctx)
}

// remediating returns the analyzers with a policy that is set to change resources; no other is asked to.
func remediating(ctx context.Context, analyzers []plugin.Analyzer) []plugin.Analyzer {
	return slices.DeleteFunc(slices.Clone(analyzers), func(analyzer plugin.Analyzer) bool {
		info, err := analyzer.GetAnalyzerInfo(ctx)
		return err == nil && !slices.ContainsFunc(info.Policies, func(policy plugin.AnalyzerPolicyInfo) bool {
			return policy.EnforcementLevel == apitype.Remediate
		})
	})
}
