package files_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// foreign writes an object of a kind that is not read.
func foreign(kind, spec string) string {
	return "apiVersion: example.org/v1\nkind: " + kind + "\nmetadata: {name: a, namespace: shop}\nspec: " + spec + "\n"
}

func TestAnObjectOfAKindThatIsNotReadAndMakesPodsIsAWorkload(t *testing.T) {
	const pod = "{metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: registry.example.org/a:1}]}}"
	for name, tt := range map[string]struct{ content, path string }{
		"a template":                              {foreign("Rollout", "{template: "+pod+"}"), "spec.template.spec"},
		"the template of a job":                   {foreign("Scheduled", "{jobTemplate: {spec: {template: "+pod+"}}}"), "spec.jobTemplate.spec.template.spec"},
		"a template under a name of its own":      {foreign("Cluster", "{nodeSets: [{count: 3}, {podTemplate: "+pod+"}]}"), "spec.nodeSets[1].podTemplate.spec"},
		"a template with another inside":          {foreign("JobSet", "{jobs: [{template: {spec: {template: "+pod+"}}}]}"), "spec.jobs[0].template.spec.template.spec"},
		"JSON":                                    {`{"apiVersion":"example.org/v1","kind":"A","metadata":{"name":"a","namespace":"shop"},"spec":{"template":{"spec":{"containers":[{"image":"b"}]}}}}`, "spec.template.spec"},
		"an item of a List":                       {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: example.org/v1, kind: A, metadata: {name: a, namespace: shop}, spec: {template: " + pod + "}}\n", "spec.template.spec"},
		"a kind that is read, of another group":   {foreign("Deployment", "{template: "+pod+"}"), "spec.template.spec"},
		"a kind known to make pods":               {strings.Replace(foreign("Workflow", "{entrypoint: a}"), "example.org/v1", "argoproj.io/v1alpha1", 1), "spec"},
		"a kind of that name, of another group":   {foreign("Workflow", "{entrypoint: a}"), ""},
		"a Rollout of a Deployment elsewhere":     {strings.Replace(foreign("Rollout", "{workloadRef: {kind: Deployment, name: a}}"), "example.org/v1", "argoproj.io/v1alpha1", 1), "spec"},
		"a virtual machine":                       {strings.Replace(foreign("VirtualMachine", "{template: {spec: {domain: {}}}}"), "example.org/v1", "kubevirt.io/v1", 1), "spec"},
		"a kind known to make pods, with one":     {strings.Replace(foreign("Elasticsearch", "{nodeSets: [{podTemplate: "+pod+"}]}"), "example.org/v1", "elasticsearch.k8s.elastic.co/v1", 1), "spec.nodeSets[0].podTemplate.spec"},
		"no template":                             {foreign("Thing", "{containers: [{name: a}]}"), ""},
		"a template of something else":            {foreign("ApplicationSet", "{template: {spec: {project: a}}}"), ""},
		"a policy on templates":                   {foreign("ClusterPolicy", "{rules: [{pattern: {spec: {template: "+pod+"}}}]}"), ""},
		"a definition, of which this is a schema": {foreign("Definition", "{template: {spec: {containers: {type: array}}}}"), ""},
		"a kind of Kubernetes that runs nothing":  {"apiVersion: v1\nkind: PodTemplate\nmetadata: {name: a, namespace: shop}\ntemplate: " + pod + "\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := load(t, tt.content, files.Options{})
			if len(got.Errors) > 0 {
				t.Fatal(messages(got.Errors))
			}
			var paths []string
			got.store.Read(func(v facts.View) {
				for _, w := range facts.List[facts.Workload](v) {
					if !w.Unread || w.Shape == nil || w.Ref.Namespace != "shop" || w.Ref.Name != "a" || got.Foreign[w.Ref].Line == 0 {
						t.Errorf("workload %+v at %s", w, got.Foreign[w.Ref])
					}
					paths = append(paths, w.TemplatePath)
				}
			})
			if all := strings.Join(paths, " "); all != tt.path {
				t.Errorf("template at %q, want %q", all, tt.path)
			}
			if (len(got.Ignored) == 0) != (tt.path != "") {
				t.Errorf("ignored are %v", got.Ignored)
			}
		})
	}
}

func TestForeignWorkloadsAreNamedAsTheAPIServerWould(t *testing.T) {
	text := strings.ReplaceAll(foreign("Rollout", "{template: {spec: {containers: [{name: a}]}}}"), ", namespace: shop", "")
	got := load(t, text+"---\n"+strings.Replace(text, "{name: a}", "{generateName: b-}", 1)+"---\n"+strings.Replace(text, "name: a", "labels: {a: b}", 1)+
		"---\n"+strings.Replace(text, "name: a", "name: c, labels: {a: yes}", 1)+"---\n"+deployment, files.Options{Namespace: "mine"})
	if diff := cmp.Diff([]string{"Rollout mine/a", "Rollout mine/b-*", "Deployment shop/web"}, got.workloads()); diff != "" {
		t.Error(diff)
	}
	want := []string{"in.yaml:13: document 3: metadata.name: the object has no name",
		"in.yaml:18: document 4: metadata.labels.a: must be a text and is true or false; quote it, because YAML reads a bare NO, yes, on or 1.10 as something else than a text"}
	if diff := cmp.Diff(want, messages(got.Errors)); diff != "" {
		t.Error(diff)
	}
	if len(got.Notes) != 1 || got.Notes[0].Message != "2 objects name no namespace, mine is taken" || got.Objects != 1 {
		t.Errorf("%d objects, notes %v", got.Objects, got.Notes)
	}
}
