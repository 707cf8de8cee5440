package iam

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ways judges the ways in to one environment.
type ways struct {
	in  control.EnvironmentInput
	p   *iam05
	out []control.Result
}

// door is one host and path by which something is reached.
type door struct {
	ref        facts.Ref
	host, path string
	// login that is seen in front: Yes, No, or NotKnown with why.
	login facts.Tristate
	why   string
}

func judgeEntries(in control.EnvironmentInput, p *iam05) []control.Result {
	w := &ways{in: in, p: p}
	if p.MinAssurance == v1alpha1.LoginNone {
		return []control.Result{control.NotApplicable("PublicInformation").RestingOn(control.Declared)}
	}
	w.contradiction()
	for _, ns := range in.Environment.Scope() {
		if in.Environment.Platform.OwnsNamespace(ns) {
			continue
		}
		for _, i := range facts.ListIn[facts.Ingress](in.Facts, ns) {
			w.ingress(i)
		}
		for _, r := range facts.ListIn[facts.Route](in.Facts, ns) {
			w.route(r)
		}
		for _, s := range facts.ListIn[facts.Service](in.Facts, ns) {
			w.service(s)
		}
		for _, l := range facts.ListIn[facts.Workload](in.Facts, ns) {
			w.tests(l)
		}
	}
	if len(w.out) == 0 {
		return []control.Result{control.NotApplicable("NoEntry")}
	}
	return w.out
}

// add keeps the worst result of an object.
func (w *ways) add(ref facts.Ref, r control.Result) {
	w.out = control.KeepWorst(w.out, r.On(ref).For(v1alpha1.PartyProvider))
}

// contradiction judges a solution without end users whose entries demand a login.
func (w *ways) contradiction() {
	env := w.in.Environment
	if !env.Solution.Object.Spec.NoEndUsers {
		return
	}
	for _, e := range env.Object.Spec.EntryPoints {
		if e.Login != "None" {
			w.add(env.Ref(), control.Fail("UsersContradicted", "host", e.Host, "solution", env.Solution.Object.Name, "environment", env.Object.Name).At("spec.entryPoints["+e.Host+"]"))
		}
	}
}

func (w *ways) ingress(i *facts.Ingress) {
	ref := facts.Ref{Group: "networking.k8s.io", Kind: "Ingress", Namespace: i.Namespace, Name: i.Name}
	login, why := guarded(i)
	open := func(host, path, service string) {
		d := &door{ref: ref, host: host, path: path, login: login, why: why}
		if login != facts.Yes && w.proxy(i.Namespace, service) {
			d.login = facts.Yes
		}
		w.judge(d)
	}
	if i.DefaultBackend != "" {
		open("", "/", i.DefaultBackend)
	}
	for _, r := range i.Rules {
		open(r.Host, cmp.Or(r.Path, "/"), r.Service)
		for alias := range strings.SplitSeq(i.Annotations["nginx.ingress.kubernetes.io/server-alias"], ",") {
			if alias = strings.TrimSpace(alias); alias != "" {
				open(alias, cmp.Or(r.Path, "/"), r.Service)
			}
		}
	}
}

// guarded tells whether an Ingress has its controller demand a login.
func guarded(i *facts.Ingress) (facts.Tristate, string) {
	a := i.Annotations
	switch {
	case a["nginx.ingress.kubernetes.io/auth-url"] != "", a["nginx.ingress.kubernetes.io/auth-type"] != "":
		return facts.Yes, ""
	case a["nginx.ingress.kubernetes.io/auth-tls-secret"] != "" && !slices.Contains([]string{"off", "optional", "optional_no_ca"}, a["nginx.ingress.kubernetes.io/auth-tls-verify-client"]):
		return facts.Yes, ""
	case slices.Contains([]string{"oidc", "cognito"}, a["alb.ingress.kubernetes.io/auth-type"]):
		return facts.Yes, ""
	case a["traefik.ingress.kubernetes.io/router.middlewares"] != "":
		return facts.NotKnown, "what its middlewares do is not read"
	}
	return facts.No, ""
}

func (w *ways) route(r *facts.Route) {
	d := door{ref: r.Ref, login: facts.NotKnown, why: "policies of gateways are not read"}
	hosts := r.Hosts
	if len(hosts) == 0 {
		hosts = []string{""}
	}
	for _, host := range hosts {
		d.host, d.path = host, "/"
		if len(r.Rules) == 0 {
			w.judge(&d)
		}
		for _, rule := range r.Rules {
			if rule.RedirectsToHTTPS {
				continue
			}
			one := d
			if len(rule.Services) > 0 && !slices.ContainsFunc(rule.Services, func(s string) bool { ns, name, _ := strings.Cut(s, "/"); return !w.proxy(ns, name) }) {
				one.login = facts.Yes
			}
			paths := rule.Paths
			if len(paths) == 0 {
				paths = []string{"/"}
			}
			for _, one.path = range paths {
				w.judge(&one)
			}
		}
	}
}

// service judges a Service that is reached from outside by itself, past every controller: a declaration that names its ports
// makes it known.
func (w *ways) service(s *facts.Service) {
	if s.Internal == facts.Yes && len(s.ExternalIPs) == 0 {
		return
	}
	d := &door{ref: facts.Ref{Kind: "Service", Namespace: s.Namespace, Name: s.Name}, path: "/", login: facts.No}
	if w.proxy(s.Namespace, s.Name) {
		d.login = facts.Yes
	}
	for _, e := range w.in.Environment.Object.Spec.EntryPoints {
		known := e.Ports
		if len(known) == 0 {
			known = []int32{80, 443}
		}
		if (e.TLS == "Pod" || e.TLS == "Outside") && !slices.ContainsFunc(s.Ports, func(p facts.ServicePort) bool { return !slices.Contains(known, p.Port) }) {
			d.host = e.Host
			break
		}
	}
	w.judge(d)
}

// proxies are images that demand a login before they let anybody through, never changed.
var proxies = []string{"oauth2-proxy", "oauth2_proxy", "gatekeeper/gogatekeeper", "keycloak-gatekeeper", "gogatekeeper", "louketo-proxy", "pomerium", "vouch-proxy", "authelia", "authentik", "mod_auth_openidc", "forwardauth", "traefik-forward-auth"}

// proxy tells whether a Service leads to an authenticating proxy: a workload of its name that has one.
func (w *ways) proxy(namespace, service string) bool {
	if service == "" || !slices.Contains(w.in.Environment.Scope(), namespace) {
		return false
	}
	return slices.ContainsFunc(facts.ListIn[facts.Workload](w.in.Facts, namespace), func(l *facts.Workload) bool {
		return l.Ref.Name == service && !l.Finished && l.Shape != nil && slices.ContainsFunc(l.Shape.Containers, func(c facts.Container) bool {
			return c.Type != facts.ContainerInit && slices.Contains(proxies, imageName(c.Image))
		})
	})
}

// imageName gives the last part of an image's path, without tag and digest.
func imageName(image string) string {
	image, _, _ = strings.Cut(image, "@")
	name := image[strings.LastIndexByte(image, '/')+1:]
	name, _, _ = strings.Cut(name, ":")
	return strings.ToLower(name)
}

// testProviders are images that hand out identities to whoever asks, never changed.
var testProviders = []string{"mock-oauth2-server", "oidc-server-mock", "oidc-provider-mock", "mock-oidc", "oauth2-mock-server", "oauth2-mock", "fake-oidc", "fake-idp", "mock-idp", "mock-saml", "test-saml-idp", "saml-idp", "simplesamlphp-test-idp", "docker-test-saml-idp"}

// tests judges a workload that is a provider of identities for tests.
func (w *ways) tests(l *facts.Workload) {
	if w.in.Environment.Object.Spec.Stage != v1alpha1.StageProduction || l.Shape == nil || l.Finished {
		return
	}
	for _, c := range l.Shape.Containers {
		if slices.Contains(testProviders, imageName(c.Image)) {
			w.add(l.Ref, control.Fail("TestLoginRuns", "workload", l.Ref.String(), "image", c.Image, "resource", "-n "+l.Ref.Namespace+" "+strings.ToLower(l.Ref.Kind)+"/"+l.Ref.Name))
		}
	}
}

func (w *ways) declared(host string) *v1alpha1.EntryPoint {
	all := w.in.Environment.Object.Spec.EntryPoints
	host = strings.ToLower(host)
	for exact := range 2 { // a host of its own comes before a domain
		for i := range all {
			pattern := strings.ToLower(all[i].Host)
			if exact == 0 && pattern == host || exact == 1 && strings.HasPrefix(pattern, ".") && strings.HasSuffix(host, pattern) {
				return &all[i]
			}
		}
	}
	return nil
}

// judge judges one way in by what is declared of its host.
func (w *ways) judge(d *door) {
	env := w.in.Environment
	kind := strings.ToLower(d.ref.Kind)
	args := []string{"host", cmp.Or(d.host, "every host of "+d.ref.String()), "path", d.path, "resource", "-n " + d.ref.Namespace + " " + kind + "/" + d.ref.Name, "environment", env.Object.Name, "what", d.why}
	e := w.declared(d.host)
	if e == nil || d.host == "" {
		w.add(d.ref, control.Fail("EntryNotDeclared", args...))
		return
	}
	args = append(args, "audience", e.Audience)
	w.add(d.ref, w.entry(d, e, args))
}

func (w *ways) entry(d *door, e *v1alpha1.EntryPoint, args []string) control.Result {
	if e.Login == "None" && e.Reason != "" {
		return control.Pass("EntryGuarded").RestingOn(control.Declared)
	}
	if r := w.declaration(d, e, args); r.Verdict != "" {
		return r
	}
	public := slices.ContainsFunc(e.PublicPaths, func(p string) bool { return p == d.path || strings.HasSuffix(p, "/") && strings.HasPrefix(d.path, p) })
	switch {
	case d.login == facts.Yes && e.Login == "Proxy":
		return control.Pass("EntryGuarded")
	case d.login == facts.Yes, e.Login == "Application", public:
		return control.Pass("EntryGuarded").RestingOn(control.Declared)
	case d.login == facts.No:
		return control.Fail("LoginNotSeen", args...)
	}
	until, found, changes := loginAttested(w.in.Environment.Attestations, e.Host, true, w.p, w.in.Now)
	if found {
		return control.Pass("EntryGuarded").RestingOn(control.Attested).Until(until).Until(changes)
	}
	return control.Unknown("ProxyNotRead", args...).Until(changes)
}

// declaration gives what is wrong with what is declared of a way in, the zero Result for nothing.
func (w *ways) declaration(d *door, e *v1alpha1.EntryPoint, args []string) control.Result {
	spec := &w.in.Environment.Solution.Object.Spec
	switch {
	case e.Login == "None":
		return control.Fail("NotExplained", append([]string{"what", "everybody gets in"}, args...)...)
	case len(e.PublicPaths) > 0 && e.Reason == "":
		return control.Fail("NotExplained", append([]string{"what", "paths are reached"}, args...)...)
	case slices.Contains(e.PublicPaths, "/"):
		return control.Fail("EverythingPublic", args...)
	case e.Audience != "" && !spec.NoEndUsers && !slices.ContainsFunc(spec.Login, func(l v1alpha1.Login) bool { return l.Audience == e.Audience }):
		return control.Fail("AudienceUnknown", args...)
	}
	for _, path := range append(slices.Clone(e.PublicPaths), d.path) {
		if management(path) && (path != d.path || d.login != facts.Yes) {
			return control.Fail("ManagementPath", append([]string{"path", path}, args...)...)
		}
	}
	return control.Result{}
}

// management tells a path that tells of the inside of a program. That of health alone does not, and everything below it does.
func management(path string) bool {
	parts := strings.FieldsFunc(strings.ToLower(path), func(r rune) bool { return strings.ContainsRune("/(|)*?$^", r) })
	if len(parts) == 0 {
		return false
	}
	if last := parts[len(parts)-1]; slices.Contains([]string{"health", "healthz", "livez", "readyz"}, last) {
		return strings.HasSuffix(path, "/")
	}
	return slices.ContainsFunc(parts, func(p string) bool {
		return slices.Contains([]string{"metrics", "actuator", "debug", "pprof", "heapdump", "threaddump", "jolokia", "env", "phpinfo.php", "server-status"}, p)
	})
}
