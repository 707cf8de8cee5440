package core

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const restrictedPod = `{securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, containers: [{name: c, image: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}`

func reasons(all []facts.SecurityViolation) string {
	var out []string
	for _, v := range all {
		out = append(out, v.Reason)
	}
	return strings.Join(out, ", ")
}

func TestAPodStandsToTheLevels(t *testing.T) {
	plain := strings.Replace(restrictedPod, "containers: [", "%s containers: [", 1)
	with := func(more string) string { return strings.Replace(plain, "%s", more, 1) }
	const escalation = "allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile"
	for sentence, tc := range map[string]struct{ spec, baseline, restricted string }{
		"a pod that gives up every right meets restricted":        {restrictedPod, "", ""},
		"a pod that says nothing meets baseline":                  {"{containers: [{name: c, image: i}]}", "", escalation},
		"a privileged container meets neither":                    {with("initContainers: [{name: i, image: i, securityContext: {privileged: true, allowPrivilegeEscalation: true, capabilities: {drop: [ALL]}}}],"), "privileged", "privileged, allowPrivilegeEscalation != false"},
		"an ephemeral container counts":                           {with("ephemeralContainers: [{name: e, image: i, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_ADMIN], drop: [ALL]}}}],"), "non-default capabilities", "unrestricted capabilities"},
		"a host path meets neither":                               {with("volumes: [{name: v, hostPath: {path: /}}],"), "hostPath volumes", "restricted volume types"},
		"the host's network meets neither":                        {with("hostNetwork: true,"), "host namespaces", "host namespaces"},
		"a container as root breaks restricted, whatever the pod": {strings.Replace(restrictedPod, "{allowP", "{runAsUser: 0, runAsNonRoot: false, allowP", 1), "", "runAsNonRoot != true, runAsUser=0"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := one[facts.Workload](read(t, Kinds(), object("v1", "Pod", "", tc.spec)))
			s := w.Shape.Security
			if tc.restricted == "" {
				if s != nil {
					t.Errorf("got %+v, want none", s)
				}
				return
			}
			if s == nil || reasons(s.Baseline) != tc.baseline || reasons(s.Restricted) != tc.restricted {
				t.Errorf("got %+v, want baseline %q and restricted %q", s, tc.baseline, tc.restricted)
			}
		})
	}
}

func TestEqualVerdictsShareMemory(t *testing.T) {
	kinds := Kinds()
	verdict := func(image string) *facts.PodSecurity {
		return one[facts.Workload](read(t, kinds, object("v1", "Pod", "", "{containers: [{name: c, image: "+image+"}]}"))).Shape.Security
	}
	if a, b := verdict("a"), verdict("b"); a == nil || a != b {
		t.Errorf("%p and %p, want one", a, b)
	}
}

func TestWhatAPodAsksFor(t *testing.T) {
	w := one[facts.Workload](read(t, Kinds(), `
apiVersion: apps/v1
kind: Deployment
metadata: {namespace: a, name: x}
spec:
  selector: {}
  template:
    metadata: {labels: {app: x}}
    spec:
      automountServiceAccountToken: false
      topologySpreadConstraints:
      - {maxSkew: 1, minDomains: 2, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: x}}, matchLabelKeys: [pod-template-hash]}
      - {maxSkew: 3, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: other}}}
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchExpressions: [{key: app, operator: Exists}, {key: pod-template-hash, operator: In, values: [abc]}]}}]
          preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: zone, namespaces: [other], labelSelector: {}}}]
      containers:
      - {name: a, image: i, imagePullPolicy: Never, readinessProbe: {httpGet: {port: 80}}, resources: {limits: {memory: 1Gi}, requests: {cpu: 100m}}, ports: [{name: http, containerPort: 8080}, {containerPort: 9090}, {containerPort: 53, hostPort: 53, protocol: UDP}]}
      - {name: b, image: i, livenessProbe: {exec: {}}, resources: {requests: {cpu: "0"}}, env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]}
`)).Shape
	if w.Token != facts.TokenNotMounted {
		t.Errorf("token %v", w.Token)
	}
	spread := &facts.PodSpread{
		Constraints: []facts.SpreadTerm{
			{Key: "topology.kubernetes.io/zone", Hard: true, Own: true, MaxSkew: 1, MinDomains: 2}, {Key: "kubernetes.io/hostname", MaxSkew: 3},
		},
		Apart: []facts.SpreadTerm{{Key: "kubernetes.io/hostname", Hard: true, Own: true}, {Key: "zone"}},
	}
	if diff := cmp.Diff(spread, w.Spread); diff != "" {
		t.Errorf("spread (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]facts.PodPort{{Name: "http", Protocol: "TCP", Port: 8080}, {Protocol: "UDP", Port: 53, Host: 53}}, w.Ports); diff != "" {
		t.Errorf("ports (-want +got):\n%s", diff)
	}
	containers := []facts.Container{
		{Name: "a", Image: "i", Pull: facts.PullNever, ReadinessProbe: true, Requests: facts.RequestsCPU | facts.RequestsMemory},
		{Name: "b", Image: "i", LivenessProbe: true, SecretEnv: true},
	}
	if diff := cmp.Diff(containers, w.Containers, shallow); diff != "" {
		t.Errorf("containers (-want +got):\n%s", diff)
	}
}

func TestWhatTheRuntimeReports(t *testing.T) {
	const hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	d, _ := facts.ParseDigest("sha256:" + hex)
	for sentence, tc := range map[string]struct {
		id, image string
		want      facts.RunningImage
	}{
		"the repository of the reference":           {"registry.example.org/a/b@sha256:" + hex, "registry.example.org/a/b:1.0", facts.RunningImage{Digest: d}},
		"a short name written in full":              {"docker.io/library/nginx@sha256:" + hex, "nginx", facts.RunningImage{Digest: d}},
		"a reference with port, tag and digest":     {"registry.example.org:5000/a@sha256:" + hex, "registry.example.org:5000/a:1@sha256:" + hex, facts.RunningImage{Digest: d}},
		"what docker writes before it":              {"docker-pullable://nginx@sha256:" + hex, "nginx:1", facts.RunningImage{Digest: d}},
		"another repository than the reference's":   {"mirror.example.org/nginx@sha256:" + hex, "nginx:1", facts.RunningImage{Digest: d, Repository: "mirror.example.org/nginx"}},
		"a host that only begins like the other":    {"registry.example.org.evil.example/a@sha256:" + hex, "registry.example.org/a", facts.RunningImage{Digest: d, Repository: "registry.example.org.evil.example/a"}},
		"a digest alone":                            {"sha256:" + hex, "nginx", facts.RunningImage{Digest: d, Bare: true}},
		"nothing in a form that nobody understands": {"nginx:1", "nginx:1", facts.RunningImage{}},
	} {
		if got := runningImage(tc.id, tc.image); got != tc.want {
			t.Errorf("%s: got %+v, want %+v", sentence, got, tc.want)
		}
	}
	p := one[facts.Pod](read(t, Kinds(), object("v1", "Pod", "", "{initContainers: [{name: i, image: x}], containers: [{name: a, image: a}, {name: b, image: b}]}")+
		"status: {containerStatuses: [{name: b, imageID: 'sha256:"+hex+"', ready: true, restartCount: 0, image: b}]}\n"))
	if diff := cmp.Diff(&facts.PodImages{Running: []facts.RunningImage{{}, {}, {Digest: d, Bare: true}}}, p.Images); diff != "" {
		t.Errorf("in the order of the containers (-want +got):\n%s", diff)
	}
}

func TestAnAPIServerIsKnownByWhatRuns(t *testing.T) {
	pod := func(namespace, annotation, command string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {namespace: " + namespace + ", name: kube-apiserver-n1, annotations: {" + annotation + ": x}}\nspec: {nodeName: n1, containers: [{name: kube-apiserver, image: i, command: " + command + "}]}\n"
	}
	const mirror, command = "kubernetes.io/config.mirror", "[/usr/bin/kube-apiserver, --audit-policy-file=/etc/audit.yaml, --anonymous-auth, --service-account-key-file=/a, --authorization-mode, 'Node,RBAC', --anonymous-auth=false]"
	got := one[facts.APIServer](read(t, Kinds(), pod("kube-system", mirror, command)))
	want := &facts.APIServer{Namespace: "kube-system", Name: "kube-apiserver-n1", Node: "n1", Image: "i", Flags: map[string]string{
		"audit-policy-file": "/etc/audit.yaml", "anonymous-auth": "false", "authorization-mode": "Node,RBAC",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for sentence, content := range map[string]string{
		"a pod that somebody made through the API": pod("kube-system", "other", command),
		"a static pod of another namespace":        pod("aula", mirror, command),
		"another program":                          pod("kube-system", mirror, "[/bin/kube-scheduler]"),
	} {
		if got := one[facts.APIServer](read(t, Kinds(), content)); got != nil {
			t.Errorf("%s: got %+v, want none", sentence, got)
		}
	}
}
