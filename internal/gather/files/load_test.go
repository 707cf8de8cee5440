package files_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example.org/shop/web:1
`

// loaded is what came of an input.
type loaded struct {
	*files.Result
	store *facts.Store
	err   error
}

func load(t *testing.T, content string, o files.Options) loaded {
	t.Helper()
	kinds := gather.Kinds()
	l := loaded{store: gather.NewStore(kinds)}
	l.Result, l.err = files.LoadReader(t.Context(), l.store, kinds, "in.yaml", strings.NewReader(content), o)
	return l
}

func (l loaded) workloads() []string {
	var out []string
	l.store.Read(func(v facts.View) {
		for _, w := range facts.List[facts.Workload](v) {
			out = append(out, w.Ref.String())
		}
	})
	return out
}

func (l loaded) source(id facts.SourceID) facts.SourceState {
	var out facts.SourceState
	l.store.Read(func(v facts.View) {
		for _, s := range v.AllSources() {
			if s.ID == id {
				out = s
			}
		}
	})
	return out
}

func messages(errs []*files.Error) []string {
	var out []string
	for _, e := range errs {
		out = append(out, e.Error())
	}
	return out
}

func TestWhatCannotBeUnderstoodIsAnErrorWithItsPlace(t *testing.T) {
	tests := map[string]struct {
		content string
		want    []string // each error holds these texts, joined by …
	}{
		"an unknown field of a built-in kind is named with the nearest one": {
			strings.Replace(deployment, "containers:", "contaners:", 1),
			[]string{"in.yaml:11: document 1: Deployment shop/web: spec.template.spec.contaners: unknown field; did you mean containers?"},
		},
		"an unknown field deep in a list keeps its line": {
			strings.Replace(deployment, "image:", "imag:", 1),
			[]string{"in.yaml:13: document 1: Deployment shop/web: spec.template.spec.containers[0].imag: unknown field; did you mean image?"},
		},
		"an unknown field of our kinds": {
			"apiVersion: tilsyn.dev/v1alpha1\nkind: SolutionEnvironment\nmetadata: {name: a}\nspec:\n  solution: a\n  stag: Production\n  namespaces: [a]\n",
			[]string{"in.yaml:6: document 1: SolutionEnvironment a: spec.stag: unknown field; did you mean stage?"},
		},
		"a bare NO is no country": {
			"apiVersion: tilsyn.dev/v1alpha1\nkind: HostedSolution\nmetadata: {name: a}\nspec:\n  purpose: p\n  owner: {organisation: o}\n  locations:\n    allowed:\n    - country: NO\n",
			[]string{"in.yaml:9: document 1: …spec.locations.allowed[0].country: must be a text and is true or false; quote it"},
		},
		"a rule of ours is judged as the API server does": {
			"apiVersion: tilsyn.dev/v1alpha1\nkind: Platform\nmetadata: {name: other}\n",
			[]string{"in.yaml:1: document 1: Platform other: Invalid value: …metadata.name is cluster"},
		},
		"a value outside of an enumeration": {
			"apiVersion: tilsyn.dev/v1alpha1\nkind: SolutionEnvironment\nmetadata: {name: a}\nspec:\n  solution: a\n  stage: Prod\n  namespaces: [a]\n",
			[]string{"in.yaml:6: document 1: SolutionEnvironment a: spec.stage: Unsupported value: …Production"},
		},
		"a required field that is missing": {
			"apiVersion: tilsyn.dev/v1alpha1\nkind: SolutionEnvironment\nmetadata: {name: a}\nspec:\n  stage: Production\n",
			[]string{"SolutionEnvironment a: spec.solution: Required value"},
		},
		"a bad name": {
			"apiVersion: tilsyn.dev/v1alpha1\nkind: SolutionEnvironment\nmetadata:\n  name: A_B\nspec: {solution: a, stage: Test, namespaces: [a]}\n",
			[]string{"in.yaml:4: document 1: SolutionEnvironment A_B: metadata.name: Invalid value"},
		},
		"a text where a number belongs": {
			strings.Replace(deployment, "  selector:", "  replicas: three\n  selector:", 1),
			[]string{"in.yaml:7: document 1: …spec.replicas: must be a whole number and is a text"},
		},
		"a bare boolean in an annotation": {
			strings.Replace(deployment, "  namespace: shop", "  namespace: shop\n  annotations:\n    example.org/on: true", 1),
			[]string{"in.yaml:7: document 1: …metadata.annotations[example.org/on]: must be a text and is true or false; quote it"},
		},
		"a List whose items are misspelt": {
			"apiVersion: v1\nkind: List\nItems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: a}}\n",
			[]string{"in.yaml:1: document 1: items: the List has no items, so nothing of it is read; Items is no field of it: did you mean items?"},
		},
		"a typed List without items": {
			"apiVersion: apps/v1\nkind: DeploymentList\nmetadata: {}\n",
			[]string{"in.yaml:1: document 1: items: the DeploymentList has no items, so nothing of it is read"},
		},
		"a List of our resources whose items are misspelt": {
			`{"apiVersion": "tilsyn.dev/v1alpha1", "kind": "HostedSolutionList", "item": []}`,
			[]string{"in.yaml:1: document 1: items: the HostedSolutionList has no items, so nothing of it is read; item is no field of it: did you mean items?"},
		},
		"Lists too deep in each other": {
			strings.Repeat(`{"apiVersion": "v1", "kind": "List", "items": [`, 5) + `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}` + strings.Repeat("]}", 5),
			[]string{"in.yaml:1: document 1: items[0].items[0].items[0].items[0].items: Lists are read up to 4 deep in each other; this one is deeper: give its objects alone"},
		},
		"a doubled key": {
			"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  name: b\n",
			[]string{"in.yaml:5: document 1: YAML cannot be read: key \"name\" already set in map"},
		},
		"a doubled key beside a merge": {
			"apiVersion: v1\nkind: List\nitems:\n- &a {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- <<: *a\n  metadata: {name: b}\n  metadata: {name: c}\n",
			[]string{"in.yaml:6: document 1: YAML cannot be read: key \"metadata\" already set in map", "in.yaml:7: document 1: key \"metadata\" already set in map"},
		},
		"a doubled key in JSON": {
			`{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "name": "b"}}`,
			[]string{"in.yaml:1: document 1: Namespace b: metadata.name: duplicate field"},
		},
		"broken YAML in the second document": {
			deployment + "---\napiVersion: v1\nkind: [\n",
			[]string{"in.yaml:16: document 2: YAML cannot be read: did not find expected node content"},
		},
		"a tab": {
			"apiVersion: v1\nkind: Namespace\nmetadata:\n\tname: a\n",
			[]string{"in.yaml:4: document 1: YAML cannot be read: found character that cannot start any token"},
		},
		"a line too far to the left": {
			"apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    a: b\n   c: d\nspec: {}\n",
			[]string{"in.yaml:6: document 1: YAML cannot be read: did not find expected key"},
		},
		"an item too far to the left": {
			"# first\n---\na:\n    - b: c\n   - d: e\n",
			[]string{"in.yaml:5: document 1: YAML cannot be read: did not find expected key"},
		},
		"a list that is not closed": {
			"apiVersion: v1\nkind: [a,\n  b: c\nmetadata: {}\n",
			[]string{"in.yaml:4: document 1: YAML cannot be read: did not find expected ',' or ']'"},
		},
		"a mapping that is not closed at the end": {
			"apiVersion: v1\nkind: {a: b\n\n# the end\n",
			[]string{"in.yaml:2: document 1: YAML cannot be read: did not find expected ',' or '}'"},
		},
		"a quote that is not closed": {
			"apiVersion: v1\nkind: \"Pod\n",
			[]string{"in.yaml:2: document 1: YAML cannot be read: found unexpected end of stream"},
		},
		"a line too far to the right": {
			"apiVersion: v1\n  kind: Pod\n",
			[]string{"in.yaml:2: document 1: YAML cannot be read: mapping values are not allowed in this context"},
		},
		"a template": {
			"---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: {{ .Values.name }}\n",
			[]string{"in.yaml:5: document 1: YAML cannot be read: a key is not a text; this looks like a template: render it first"},
		},
		"a template with a block": {
			"apiVersion: v1\nkind: Namespace\nmetadata:\n  labels:\n    {{- include \"labels\" . }}\n",
			[]string{"in.yaml:5: document 1: YAML cannot be read: did not find expected node content; this looks like a template"},
		},
		"a key that is a list": {
			"apiVersion: v1\nkind: Namespace\nmetadata: {[a, b]: c}\n",
			[]string{"in.yaml:1: document 1: YAML cannot be read: a key is not a text"},
		},
		"an object without a kind": {
			"apiVersion: v1\nmetadata: {name: a}\n",
			[]string{"in.yaml:1: document 1: kind: the object does not say what it is: kind is missing"},
		},
		"a Helm chart": {
			"apiVersion: v2\nname: web\nversion: 1.0.0\n",
			[]string{"kind is missing; this looks like a Helm chart: give the outcome of helm template instead"},
		},
		"an object without an API version": {
			"kind: Deployment\nmetadata: {name: a}\n",
			[]string{"apiVersion: the Deployment does not say of which API it is"},
		},
		"a text instead of an object":        {"just a text\n", []string{"in.yaml:1: document 1: the document is not an object with apiVersion and kind"}},
		"a list instead of an object":        {"- a\n- b\n", []string{"the document is not an object with apiVersion and kind"}},
		"a number as the kind":               {"apiVersion: v1\nkind: 1\n", []string{"apiVersion and kind must be texts"}},
		"an object without a name":           {"apiVersion: v1\nkind: Namespace\n", []string{"Namespace : metadata.name: the object has no name"}},
		"a version that is not known":        {strings.Replace(deployment, "apps/v1", "apps/v1beta1", 1), []string{"in.yaml:1: document 1: apiVersion: version v1beta1 of Deployment is not understood; use apps/v1"}},
		"a workload of a group that is gone": {strings.Replace(deployment, "apps/v1", "extensions/v1beta1", 1), []string{"in.yaml:1: document 1: apiVersion: version extensions/v1beta1 of Deployment is not understood; use apps/v1"}},
		"an unknown version of ours":         {"apiVersion: tilsyn.dev/v9\nkind: Platform\nmetadata: {name: cluster}\n", []string{"version v9 of Platform is not understood; use tilsyn.dev/v1alpha1"}},
		"a wrong field in a List item":       {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a}\n- apiVersion: v1\n  kind: Namespace\n  metadata:\n    nam: b\n", []string{"in.yaml:10: document 1: …items[1].metadata.nam: unknown field; did you mean name?"}},
		"items that are no list":             {"apiVersion: v1\nkind: List\nitems: {a: b}\n", []string{"in.yaml:3: document 1: items: must be a list of objects"}},
		"a foreign object that its adapter cannot read": {
			"apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {name: a, namespace: velero}\nspec:\n  schedule: [1]\n",
			[]string{"Schedule velero/a: "},
		},
		"the same object with two meanings": {
			deployment + "---\n" + strings.Replace(deployment, "web:1", "web:2", 1),
			[]string{"in.yaml:15: document 2: Deployment shop/web: the same object stands differently in in.yaml:1; when both are applied this one stays, so it is judged: remove one of them"},
		},
		"a template whose braces are quoted": {strings.Replace(deployment, "name: web\n  namespace", `name: "{{ .Release.Name }}"`+"\n  namespace", 1), []string{`metadata.name: "{{ .Release.Name }}" is no name; this looks like a template: render it first, for example with helm template`}},
		"a template with a fault beside":     {strings.Replace(strings.Replace(deployment, "name: web\n  namespace", `name: "{{ .Release.Name }}"`+"\n  namespace", 1), "image:", "imag:", 1), []string{"imag…this looks like a template"}},
		"a snapshot":                         {`{"apiVersion":"tilsyn.dev/v1alpha1","kind":"Snapshot"}`, []string{"this is a snapshot and no manifest; give it with --snapshot"}},
		"UTF-16":                             {"\xff\xfea\x00", []string{"in.yaml: the file is UTF-16; save it as UTF-8"}},
		"a binary":                           {"\x7fELF\x00\x01", []string{"in.yaml: the file is binary"}},
		"a compressed file":                  {"\x1f\x8b\x08\x00", []string{"in.yaml: the file is compressed"}},
		"control characters":                 {"apiVersion: v1\nkind: \x01\n", []string{"YAML cannot be read: control characters are not allowed"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := load(t, tt.content, files.Options{})
			if got.err != nil {
				t.Fatal(got.err)
			}
			all := strings.Join(messages(got.Errors), "\n")
			if len(got.Errors) != len(tt.want) {
				t.Fatalf("%d errors, want %d:\n%s", len(got.Errors), len(tt.want), all)
			}
			for i, want := range tt.want {
				rest := got.Errors[i].Error()
				for part := range strings.SplitSeq(want, "…") {
					_, after, found := strings.Cut(rest, part)
					if !found {
						t.Errorf("error %q lacks %q", got.Errors[i], part)
					}
					rest = after
				}
			}
		})
	}
}

func TestAnErrorStopsNothingElseAndLeavesItsSourceIncomplete(t *testing.T) {
	bad := strings.Replace(strings.Replace(deployment, "name: web\n  namespace", "name: bad\n  namespace", 1), "image:", "imag:", 1)
	got := load(t, "a: [\n---\n"+bad+"---\n"+deployment, files.Options{})
	if len(got.Errors) != 2 {
		t.Errorf("errors: %q, want two", messages(got.Errors))
	}
	if diff := cmp.Diff([]string{"Deployment shop/web"}, got.workloads()); diff != "" {
		t.Error(diff)
	}
	state := got.source("deployments.apps")
	if state.Complete() || len(state.Undecodable) != 1 || state.Undecodable[0].Name != "bad" {
		t.Errorf("the source of a Deployment that could not be understood is %+v", state)
	}
	if s := got.source("statefulsets.apps"); !s.Complete() {
		t.Errorf("another source is %+v, want complete", s)
	}
}

func TestOfTwoObjectsThatDifferTheLastIsJudgedWhereItStands(t *testing.T) {
	got := load(t, deployment+"---\n"+strings.Replace(deployment, "web:1", "web:2", 1)+"---\n"+deployment+"---\n"+deployment, files.Options{})
	if len(got.Errors) != 2 || !strings.Contains(got.Errors[1].Error(), "in.yaml:29: document 3: Deployment shop/web: the same object stands differently in in.yaml:15") {
		t.Errorf("errors %q", messages(got.Errors))
	}
	if at := got.Positions[facts.ObjectKey{Source: "deployments.apps", Namespace: "shop", Name: "web"}]; at.Line != 29 {
		t.Errorf("what is judged stands in %s", at)
	}
	got.store.Read(func(v facts.View) {
		if image := facts.List[facts.Workload](v)[0].Shape.Containers[0].Image; !strings.HasSuffix(image, "web:1") {
			t.Errorf("judged is %s", image)
		}
	})
	if s := got.source("deployments.apps"); !s.Complete() {
		t.Errorf("what is judged is known, and the source is %+v", s)
	}
}

func TestAnInputWithoutObjectsIsAnError(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "blank": "\n\n", "comments": "# a\n---\n# b\n", "null": "null\n", "two nulls": "null\n---\n~\n",
		"a List without items": "apiVersion: v1\nkind: List\nitems: []\n", "a List whose items are null": "apiVersion: v1\nkind: PodList\nitems: null\n",
		"a List of empty Lists": `{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "List", "items": null}]}`} {
		t.Run(name, func(t *testing.T) {
			if got := load(t, content, files.Options{}); !errors.Is(got.err, files.ErrNothing) {
				t.Errorf("error %v, want %v", got.err, files.ErrNothing)
			}
		})
	}
}

func TestAListThatHoldsNothingIsNamedAndSpoilsNothingBesideIt(t *testing.T) {
	empty := "apiVersion: v1\nkind: List\nitems: []\n"
	want := []string{"in.yaml:1: document 1: items: nothing to check: the List holds no object; was it asked for in the right namespace?"}
	if diff := cmp.Diff(want, messages(load(t, empty, files.Options{}).Empty)); diff != "" {
		t.Error(diff)
	}
	got := load(t, empty+"---\n"+deployment, files.Options{})
	if got.err != nil || len(got.Errors) > 0 || len(got.workloads()) != 1 {
		t.Errorf("%v, %v, workloads %v", got.err, messages(got.Errors), got.workloads())
	}
}

func TestNamespacesAreFilledInAndNoted(t *testing.T) {
	content := strings.ReplaceAll(deployment, "  namespace: shop\n", "") + "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}\n"
	got := load(t, content, files.Options{Namespace: "mine"})
	if diff := cmp.Diff([]string{"Pod mine/a", "Deployment mine/web"}, got.workloads()); diff != "" {
		t.Error(diff)
	}
	want := []files.Note{{Position: files.Position{File: "in.yaml", Document: 1, Line: 1}, Message: "2 objects name no namespace, mine is taken"}}
	if diff := cmp.Diff(want, got.Notes); diff != "" {
		t.Error(diff)
	}
	if _, ok := got.Positions[facts.ObjectKey{Source: "namespaces", Name: "a"}]; !ok {
		t.Error("a namespace in a namespace is kept as cluster-scoped")
	}
}

func TestStatesOfSourcesFromManifests(t *testing.T) {
	schedule := "---\napiVersion: velero.io/v1\nkind: Schedule\nmetadata: {name: a, namespace: velero}\nspec: {schedule: '0 2 * * *', template: {}}\n"
	got := load(t, deployment+schedule, files.Options{})
	for id, want := range map[facts.SourceID]facts.SourceCondition{
		"deployments.apps": facts.SourceSynced, "statefulsets.apps": facts.SourceSynced, "schedules.velero.io": facts.SourceSynced,
		"schedules.k8up.io": facts.SourceAbsent, "nodes": facts.SourceNotObservable, "pods": facts.SourceNotObservable,
		"backups.velero.io": facts.SourceNotObservable,
	} {
		if s := got.source(id); s.Condition != want {
			t.Errorf("source %s is %s, want %s", id, s.Condition, want)
		}
	}
	whole := load(t, deployment, files.Options{Whole: true})
	whole.store.Read(func(v facts.View) {
		for _, s := range v.AllSources() {
			if !s.Complete() {
				t.Errorf("with all there is, source %s is %s", s.ID, s.Condition)
			}
		}
	})
}

func TestKindsThatAreNotReadAreCounted(t *testing.T) {
	secret := "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {a: b}\n---\n"
	got := load(t, secret+secret+"apiVersion: example.org/v1\nkind: Thing\n---\n"+deployment, files.Options{})
	want := []files.Ignored{{APIVersion: "example.org/v1", Kind: "Thing", Count: 1}, {APIVersion: "v1", Kind: "Secret", Count: 2}}
	if diff := cmp.Diff(want, got.Ignored); diff != "" || len(got.Errors) > 0 {
		t.Error(diff, messages(got.Errors))
	}
}

func TestADocumentOverTheLimitIsRefused(t *testing.T) {
	got := load(t, deployment+"---\na: "+strings.Repeat("x", 3<<20)+"\n", files.Options{MaxDocument: 1 << 20})
	if len(got.Errors) != 1 || !strings.Contains(got.Errors[0].Error(), "in.yaml:15: document 2: a document is larger than 1 MiB; split it") {
		t.Errorf("errors %q", messages(got.Errors))
	}
	if len(got.workloads()) != 1 {
		t.Error("the document before was not read")
	}
}

func TestOurResourcesBecomeFacts(t *testing.T) {
	got := load(t, "apiVersion: tilsyn.dev/v1alpha1\nkind: SolutionEnvironment\nmetadata: {name: a}\nspec: {solution: a, stage: Test, namespaces: [a]}\nstatus: {failed: 3}\n", files.Options{})
	if got.err != nil || len(got.Errors) > 0 {
		t.Fatal(got.err, messages(got.Errors))
	}
	got.store.Read(func(v facts.View) {
		e := facts.Get[v1alpha1.SolutionEnvironment](v, "", "a")
		if e == nil || e.Spec.Solution != "a" || e.Status.Failed != 0 {
			t.Errorf("fact %+v", e)
		}
	})
}
