package evaluate

import (
	"errors"
	"fmt"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func meta(id v1alpha1.ControlID) control.Meta {
	return control.Meta{ID: id, Title: "Stand-in", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider}
}

type limit struct {
	Most int `json:"most"`
}

// labelled fails workloads with the label bad, panics at the label panic, and says nothing at the label silent.
func labelled() *control.Control {
	return control.Define(meta("WRK-01"), control.Parameters[limit]{
		Defaults: func(l control.Levels) limit {
			if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
				return limit{1}
			}
			return limit{5}
		},
		Validate: func(p limit, l control.Levels) error {
			if p.Most < 1 || p.Most > 10 && l.Confidentiality == v1alpha1.ConfidentialitySensitive {
				return fmt.Errorf("most: between 1 and 10, not %d", p.Most)
			}
			return nil
		},
	}, control.Rules[limit]{Workload: &control.WorkloadRule[limit]{
		Judge: func(in control.WorkloadInput, p *limit) control.Result {
			switch l := in.Workload.Labels; {
			case l.Has("panic"):
				panic("out of order")
			case l.Has("silent"):
				return control.Result{}
			case l.Has("bad"):
				return control.Fail("Bad", "name", in.Workload.Ref.Name, "most", fmt.Sprint(p.Most))
			}
			return control.Pass("Good")
		},
	}})
}

// running passes workloads of which a pod runs; pods gate it. A pending pod may do until five minutes after start.
func running() *control.Control {
	return control.Define(meta("WRK-02"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Workload: &control.WorkloadRule[control.NoParameters]{
			Needs: []control.Need{control.Needs[facts.Pod]()},
			Judge: func(in control.WorkloadInput, _ *control.NoParameters) control.Result {
				for _, p := range facts.ListIn[facts.Pod](in.Facts, in.Workload.Ref.Namespace) {
					switch until := start.Add(5 * time.Minute); {
					case p.Name != in.Workload.Ref.Name:
					case p.Phase == facts.PodRunning:
						return control.Pass("Running")
					case in.Now.Before(until):
						return control.Pass("Starting").Until(until)
					}
				}
				return control.Fail("NotRunning")
			},
		}})
}

// claims fails every claim without a volume, and is Unknown by itself where claims cannot all be read.
func claimed() *control.Control {
	return control.Define(meta("ENV-01"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Environment: &control.EnvironmentRule[control.NoParameters]{
			Needs: []control.Need{control.Sees[facts.Claim]()},
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) (out []control.Result) {
				for _, ns := range in.Environment.Scope() {
					for _, c := range facts.ListIn[facts.Claim](in.Facts, ns) {
						r := control.Pass("Bound")
						if c.Volume == "" {
							r = control.Fail("NotBound")
						}
						out = append(out, r.On(facts.Ref{Kind: "PersistentVolumeClaim", Namespace: ns, Name: c.Name}))
					}
				}
				if missing := facts.Incomplete[facts.Claim](in.Facts); len(missing) > 0 {
					return append(out, control.Unreadable(missing...))
				}
				if len(out) == 0 {
					return []control.Result{control.NotApplicable("NoClaims")}
				}
				return out
			},
		}})
}

// classified fails solutions that are not classified.
func classified() *control.Control {
	return control.Define(meta("SOL-01"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Solution: &control.SolutionRule[control.NoParameters]{
			Judge: func(in control.SolutionInput, _ *control.NoParameters) []control.Result {
				if in.Solution.Assumed {
					return []control.Result{control.Fail("Unclassified").For(v1alpha1.PartyInstitution)}
				}
				return []control.Result{control.Pass("Classified").For(v1alpha1.PartyInstitution)}
			},
		}})
}

// supervised fails namespaces that no environment has; it reads every Namespace.
func supervised() *control.Control {
	return control.Define(meta("PLT-01"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Platform: &control.PlatformRule[control.NoParameters]{
			Needs: []control.Need{control.NeedsAll[facts.Namespace]()},
			Judge: func(in control.PlatformInput, _ *control.NoParameters) (out []control.Result) {
				claimed := map[string]bool{}
				for _, e := range in.Environments {
					for _, ns := range e.Namespaces {
						claimed[ns] = true
					}
				}
				for _, n := range facts.List[facts.Namespace](in.Facts) {
					if !claimed[n.Name] {
						out = append(out, control.Fail("Unclaimed").On(facts.Ref{Kind: "Namespace", Name: n.Name}))
					}
				}
				if len(out) == 0 {
					return []control.Result{control.Pass("AllClaimed")}
				}
				return out
			},
		}})
}

// explained counts what others found; it needs exceptions.
func explained() *control.Control {
	m := meta("SEC-01")
	m.SecondPass = true
	count := func(first []control.Result, v facts.View) control.Result {
		failed := 0
		for _, r := range first {
			if r.Verdict == v1alpha1.VerdictFail {
				failed++
			}
		}
		exceptions := len(facts.List[v1alpha1.ControlException](v))
		if failed > exceptions {
			return control.Fail("NotExplained", "failed", fmt.Sprint(failed), "exceptions", fmt.Sprint(exceptions))
		}
		return control.Pass("Explained")
	}
	needs := []control.Need{control.NeedsAll[v1alpha1.ControlException]()}
	return control.Define(m, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Environment: &control.EnvironmentRule[control.NoParameters]{Needs: needs,
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
				return []control.Result{count(in.First, in.Facts)}
			}},
		Solution: &control.SolutionRule[control.NoParameters]{Needs: needs,
			Judge: func(in control.SolutionInput, _ *control.NoParameters) []control.Result {
				var first []control.Result
				for _, r := range in.First {
					first = append(first, r.Result)
				}
				return []control.Result{count(first, in.Facts)}
			}},
	})
}

// prying looks at pods that it does not declare.
func prying() *control.Control {
	return control.Define(meta("PRY-01"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Environment: &control.EnvironmentRule[control.NoParameters]{
			Needs: []control.Need{control.Sees[facts.Claim]()},
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
				if len(facts.List[facts.Pod](in.Facts)) > 0 {
					panic(errors.New("unreachable"))
				}
				return []control.Result{control.Pass("Fine")}
			},
		}})
}

// agentNamespaces are the namespaces labelled as those of agents.
func agentNamespaces(v facts.View) (out []string) {
	for _, n := range facts.List[facts.Namespace](v) {
		if n.Labels["agents"] != "" {
			out = append(out, n.Name)
		}
	}
	return out
}

// served fails environments while a pod of their own or of an agent, wherever that runs, has failed.
func served() *control.Control {
	return control.Define(meta("AGT-01"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Environment: &control.EnvironmentRule[control.NoParameters]{
			Needs: []control.Need{control.NeedsAll[facts.Namespace](), control.NeedsAlso[facts.Pod](agentNamespaces)},
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
				for _, ns := range append(agentNamespaces(in.Facts), in.Environment.Scope()...) {
					for _, p := range facts.ListIn[facts.Pod](in.Facts, ns) {
						if p.Phase == facts.PodFailed {
							return []control.Result{control.Fail("PodFailed", "pod", ns+"/"+p.Name)}
						}
					}
				}
				return []control.Result{control.Pass("Served")}
			},
		}})
}

// mounted fails claims without a running pod of their name, one namespace after the other, and panics where that pod has
// failed. A pending pod may do until five minutes after start. That claims cannot all be read it says of the environment.
func mounted() *control.Control {
	return control.Define(meta("NSP-01"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Namespace: &control.NamespaceRule[control.NoParameters]{
			Needs: []control.Need{control.Needs[facts.Pod](), control.Sees[facts.Claim]()},
			Begin: func(env control.EnvironmentInput, _ *control.NoParameters) func(control.NamespaceInput, []control.Result) []control.Result {
				held := map[string]*control.Result{} // what one namespace keeps for the next
				return func(in control.NamespaceInput, out []control.Result) []control.Result {
					for _, c := range facts.ListIn[facts.Claim](in.Facts, in.Namespace) {
						if held[c.Name] == nil {
							held[c.Name] = new(control.Fail("NotMounted", "claim", c.Name))
						}
						r := *held[c.Name]
						if p := facts.Get[facts.Pod](in.Facts, in.Namespace, c.Name); p != nil {
							until := start.Add(5 * time.Minute)
							switch {
							case p.Phase == facts.PodFailed:
								panic("a failed pod")
							case p.Phase == facts.PodRunning:
								r = control.Pass("Mounted")
							case env.Now.Before(until):
								r = control.Pass("Starting").Until(until)
							}
						}
						out = append(out, r.On(facts.Ref{Kind: "PersistentVolumeClaim", Namespace: in.Namespace, Name: c.Name}))
					}
					return out
				}
			},
			None: control.NotApplicable("NoClaims"),
		},
		Environment: &control.EnvironmentRule[control.NoParameters]{
			Needs: []control.Need{control.Sees[facts.Claim]()},
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
				if unread := facts.Incomplete[facts.Claim](in.Facts); len(unread) > 0 {
					return []control.Result{control.Unreadable(unread...)}
				}
				return nil
			},
		}})
}

func standIns() []*control.Control {
	return []*control.Control{labelled(), running(), claimed(), classified(), supervised(), explained()}
}

var standInIDs = []v1alpha1.ControlID{"WRK-01", "WRK-02", "ENV-01", "SOL-01", "PLT-01", "SEC-01"}

// attested fails the platform while nobody attests anything of it, and namespaces that are called stray; environments inherit
// that unless they are public.
func attested() *control.Control {
	return control.Define(meta("INH-01"), control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Platform: &control.PlatformRule[control.NoParameters]{
			Needs: []control.Need{control.NeedsAll[facts.Namespace]()},
			Judge: func(in control.PlatformInput, _ *control.NoParameters) (out []control.Result) {
				valid, changes := control.InForce(in.Attestations, v1alpha1.AttestLogArrival, in.Now)
				if len(valid) == 0 {
					out = append(out, control.Fail("NotAttested").At("spec").Until(changes))
				} else {
					out = append(out, control.Pass("Attested").Until(changes))
				}
				if facts.Get[facts.Namespace](in.Facts, "", "stray") != nil {
					out = append(out, control.Unknown("Stray").On(facts.Ref{Kind: "Namespace", Name: "stray"}))
				}
				return out
			},
		},
		Environment: &control.EnvironmentRule[control.NoParameters]{
			Inherits: true,
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
				if !control.AtLeast(in.Environment.Levels.Confidentiality, v1alpha1.ConfidentialityInternal) {
					return []control.Result{control.NotApplicable("Public")}
				}
				return []control.Result{in.Inherited()}
			},
		},
	})
}
