package files_test

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

func TestADatabaseClusterIsAWorkloadThatMaySayWhereItsPodsRun(t *testing.T) {
	for name, c := range map[string]struct {
		spec string
		read bool
	}{
		"without a word of where":    {"{instances: 3}", false},
		"with tolerations only":      {"{affinity: {tolerations: [{operator: Exists}]}}", false},
		"with a choice of nodes":     {"{affinity: {nodeSelector: {topology.kubernetes.io/region: eu-north-1}}}", true},
		"with an affinity for nodes": {"{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/region, operator: In, values: [eu-north-1]}]}]}}}}", true},
	} {
		t.Run(name, func(t *testing.T) {
			got := load(t, "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: db, namespace: shop}\nspec: "+c.spec+"\n", files.Options{})
			if len(got.Errors) > 0 {
				t.Fatal(messages(got.Errors))
			}
			got.store.Read(func(v facts.View) {
				w := facts.List[facts.Workload](v)
				if len(w) != 1 || !w[0].Unread || w[0].SchedulingRead != c.read || len(facts.List[facts.Database](v)) != 1 {
					t.Errorf("workloads %+v", w)
				}
			})
		})
	}
	whole := load(t, "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: db, namespace: shop}\nspec: {instances: 3}\n", files.Options{Whole: true})
	if w := whole.workloads(); len(w) > 0 {
		t.Errorf("a cluster shows its pods, so %v is counted twice", w)
	}
}
