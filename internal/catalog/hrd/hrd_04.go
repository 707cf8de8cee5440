package hrd

import (
	"errors"
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// HRD04 judges whether somebody still mends what runs, and whether the mends are applied.
var HRD04 = control.Define(control.Meta{
	ID: "HRD-04", Title: "Everything runs on supported versions", Since: "1", Severity: v1alpha1.SeverityMedium, Party: v1alpha1.PartyProvider,
	MustHold: "Kubernetes, the operating system and container runtime of every node, known add-ons and the declared components of the solution are supported by whoever makes them, " +
		"versions of nodes and API server fit together, and every node is rebuilt or patched within the window.",
	Why: "For a version without support nobody mends what is found in it, and nobody tells. Nodes that are not renewed keep the vulnerabilities of the day they were made.",
	NotSeen: "Patch releases within a version; whether what a node reports is true, and whether a node object that is new stands for a machine that is; add-ons other than cert-manager and ingress-nginx; " +
		"support that is bought beyond the vendor's; components that nobody declares.",
	ISO:  []string{"8.8 Management of technical vulnerabilities", "8.32 Change management"},
	GDPR: []string{"32"},
	Evidence: []string{"image tag of kube-apiserver in kube-system, else Node status.nodeInfo.kubeletVersion", "Node status.nodeInfo: kubeletVersion, osImage, containerRuntimeVersion; metadata.creationTimestamp, pool labels",
		"image tags of cert-manager and ingress-nginx", "the built-in table of ends of support, reviewed November 2026, and Platform spec.supportDates", "HostedSolution spec.components, and image tags of workloads that run them", "Attestation NodePatching"},
	Reasons: hrd04Reasons(),
}, control.Parameters[hrd04]{Defaults: hrd04Defaults, Validate: hrd04Validate}, control.Rules[hrd04]{
	Environment: &control.EnvironmentRule[hrd04]{
		Needs: []control.Need{control.NeedsAll[facts.Node](), control.SeesAll[facts.APIServer](), control.SeesAll[facts.AddOn](), control.SeesAll[v1alpha1.Attestation](),
			control.Sees[facts.Workload]()},
		Judge: judgeVersions,
	},
	Platform: &control.PlatformRule[hrd04]{
		Needs: []control.Need{control.NeedsAll[facts.Node](), control.NeedsAll[v1alpha1.Attestation](), control.SeesAll[facts.APIServer](), control.SeesAll[facts.AddOn]()},
		Judge: judgePlatformVersions,
	},
	Solution: &control.SolutionRule[hrd04]{Judge: judgeComponents},
})

// hrd04 are the parameters of HRD-04.
type hrd04 struct {
	// WarnBeforeEnd is how long before the end of support a version is named, which still passes.
	WarnBeforeEnd string `json:"warnBeforeEnd"`
	// NodeMaxAge in days since a node was made, or attested as patched; 0: any.
	NodeMaxAge int `json:"nodeMaxAge"`
	// ComponentEnds: components are declared, each with the end of its support.
	ComponentEnds bool `json:"componentEnds"`
}

func hrd04Defaults(l control.Levels) hrd04 {
	p := hrd04{WarnBeforeEnd: "90d", ComponentEnds: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential)}
	switch {
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive):
		p.NodeMaxAge = 30
	case p.ComponentEnds:
		p.NodeMaxAge = 60
	case control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal):
		p.NodeMaxAge = 90
	}
	return p
}

func hrd04Validate(p hrd04, _ control.Levels) error {
	if p.NodeMaxAge < 0 {
		return errors.New("nodeMaxAge: must be 0 (any age) or more days")
	}
	if _, err := date.ParsePeriod(p.WarnBeforeEnd); err != nil {
		return fmt.Errorf("warnBeforeEnd: %w", err)
	}
	return nil
}
