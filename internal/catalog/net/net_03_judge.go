package net

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// entries judges the entries of one environment.
type entries struct {
	in       control.EnvironmentInput
	p        *net03
	attested []*v1alpha1.Attestation
	changes  time.Time
	seen     map[string]bool // hosts and ports of declared entries that something serves
	out      []control.Result
}

// way is one host by which something is reached, reduced to what is judged whatever kind of object it comes from.
type way struct {
	ref      facts.Ref
	host     string
	class    string
	tls      bool     // ends TLS here
	passes   bool     // hands TLS on to the pod
	secrets  []string // namespace/name; an empty name is the controller's own certificate
	plain    string   // how it answers plain HTTP, empty: it does not
	redirect facts.Tristate
}

func judgeEntries(in control.EnvironmentInput, p *net03) []control.Result {
	e := &entries{in: in, p: p, seen: map[string]bool{}}
	e.attested, e.changes = control.InForce(in.Environment.Attestations, v1alpha1.AttestTLSTermination, in.Now)
	for _, ns := range in.Environment.Scope() {
		for _, i := range facts.ListIn[facts.Ingress](in.Facts, ns) {
			e.ingress(i)
		}
		for _, r := range facts.ListIn[facts.Route](in.Facts, ns) {
			e.route(r)
		}
		for _, s := range facts.ListIn[facts.Service](in.Facts, ns) {
			e.service(s)
		}
		e.hostPorts(ns)
	}
	e.unseen()
	if len(e.out) == 0 {
		return []control.Result{control.NotApplicable("NoEntry")}
	}
	return e.out
}

// add keeps the worst result of an object.
func (e *entries) add(ref facts.Ref, r control.Result) {
	e.out = control.KeepWorst(e.out, r.On(ref).Until(e.changes))
}

func (e *entries) args(ref facts.Ref, host string, more ...string) []string {
	typed := resource(ref)
	if ref.Namespace != "" {
		typed = "-n " + ref.Namespace + " " + typed
	}
	return append([]string{"host", host, "what", "", "object", ref.String(), "resource", typed, "environment", e.in.Environment.Object.Name}, more...)
}

// fail and unknown fill in what the texts of every reason may name; a later argument of the same name replaces an earlier one.
func (e *entries) fail(r control.Reason, w *way, more ...string) control.Result {
	return control.Fail(r, merged(e.args(w.ref, w.host), more)...)
}

func (e *entries) unknown(r control.Reason, w *way, more ...string) control.Result {
	return control.Unknown(r, merged(e.args(w.ref, w.host), more)...)
}

func merged(args, more []string) []string {
	for i := 0; i+1 < len(more); i += 2 {
		replaced := false
		for n := 0; n+1 < len(args); n += 2 {
			if args[n] == more[i] {
				args[n+1], replaced = more[i+1], true
			}
		}
		if !replaced {
			args = append(args, more[i], more[i+1])
		}
	}
	return args
}

// declared finds the declaration of a host.
func (e *entries) declared(host string) *v1alpha1.EntryPoint {
	all := e.in.Environment.Object.Spec.EntryPoints
	for n := range all {
		pattern := strings.ToLower(all[n].Host)
		if pattern == strings.ToLower(host) || strings.HasPrefix(pattern, ".") && strings.HasSuffix(strings.ToLower(host), pattern) {
			e.seen[all[n].Host] = true
			return &all[n]
		}
	}
	return nil
}

// attests tells whether somebody attests how TLS of a host ends.
func (e *entries) attests(host string) bool {
	return slices.ContainsFunc(e.attested, func(a *v1alpha1.Attestation) bool { return strings.EqualFold(a.Spec.Target, host) })
}

// judge judges one way in.
func (e *entries) judge(w *way) {
	e.add(w.ref, e.verdict(w))
}

func (e *entries) verdict(w *way) control.Result {
	if w.host == "" || w.host == "*" {
		return e.fail("AnyHost", w)
	}
	d := e.declared(w.host)
	if d == nil {
		return e.fail("NotDeclared", w, "what", w.host)
	}
	attested := e.attests(w.host)
	switch {
	case d.TLS == "Outside" && attested, w.passes && attested:
		return control.Pass("Attested").RestingOn(control.Attested)
	case d.TLS == "Outside":
		return e.unknown("NotAttested", w, "what", "outside the cluster")
	case w.passes:
		return e.unknown("NotAttested", w, "what", "in the pod")
	case !w.tls:
		return e.fail("NotEncrypted", w)
	case w.redirect == facts.No:
		return e.fail("PlainHTTP", w, "what", cmp.Or(w.plain, "its controller does not redirect"))
	}
	c := e.controller(w.class)
	found := e.certificates(w, attested)
	for _, r := range []control.Result{e.versions(w, c), found} {
		if r.Verdict == v1alpha1.VerdictFail {
			return r
		}
	}
	if found.Verdict == v1alpha1.VerdictUnknown {
		return found
	}
	if open := e.open(w, c); open != "" && !attested {
		return e.unknown("ControllerNotKnown", w, "what", open, "class", cmp.Or(w.class, "(none)")).Until(found.ValidUntil)
	}
	return found
}

// controller is what is known of the controller of a class.
type controller struct {
	minimum, why string // version of TLS, and what says so
	redirects    facts.Tristate
	hsts         facts.Tristate
	hstsWhy      string
}

// controller puts together what the Platform says of a class and what is seen of ingress-nginx, whose defaults are TLS 1.2,
// redirects and HSTS: its configuration counts wherever the platform keeps it.
func (e *entries) controller(class string) (c controller) {
	if p := e.in.Environment.Platform.Object; p != nil {
		for _, d := range p.Spec.EntryControllers {
			if d.Class != class {
				continue
			}
			c.minimum, c.why = string(d.MinimumTLS), "the Platform says so, spec.entryControllers"
			c.redirects, c.hsts, c.hstsWhy = facts.No, facts.No, c.why
			if d.RedirectsToHTTPS {
				c.redirects = facts.Yes
			}
			if d.StrictTransportSecurity {
				c.hsts = facts.Yes
			}
		}
	}
	if !e.nginx(class) {
		return c
	}
	if c.why == "" {
		c = controller{minimum: "TLS1.2", redirects: facts.Yes, hsts: facts.Yes}
	}
	for _, s := range facts.List[facts.ControllerSettings](e.in.Facts) {
		if !e.in.Environment.Platform.RunsIn(s.Ref.Namespace) {
			continue
		}
		if v := lowest(s.Settings["ssl-protocols"]); v != "" && (c.minimum == "" || v < c.minimum) {
			c.minimum, c.why = v, s.Ref.String()+" lists it in ssl-protocols"
		}
		if s.Settings["hsts"] == "false" {
			c.hsts, c.hstsWhy = facts.No, s.Ref.String()+" switches hsts off"
		}
		if s.Settings["ssl-redirect"] == "false" {
			c.redirects = facts.No
		}
	}
	return c
}

func (e *entries) nginx(class string) bool {
	for _, c := range facts.List[facts.IngressClass](e.in.Facts) {
		if c.Name == class || class == "" && c.Default {
			return c.Controller == "k8s.io/ingress-nginx"
		}
	}
	return false
}

// lowest gives the lowest version of a list as nginx writes it, in the words of the API.
func lowest(list string) (out string) {
	for v := range strings.FieldsSeq(list) {
		name := map[string]string{"SSLv2": "SSL2", "SSLv3": "SSL3", "TLSv1": "TLS1.0", "TLSv1.1": "TLS1.1", "TLSv1.2": "TLS1.2", "TLSv1.3": "TLS1.3"}[v]
		if out == "" || name < out {
			out = name
		}
	}
	return out
}

// versions judges what is known of the controller.
func (e *entries) versions(w *way, c controller) control.Result {
	switch {
	case c.minimum != "" && c.minimum < e.p.MinTLS:
		return e.fail("TLSTooOld", w, "minimum", e.p.MinTLS, "what", c.why)
	case c.redirects == facts.No && w.redirect == facts.NotKnown:
		return e.fail("PlainHTTP", w, "what", "its controller does not redirect by itself")
	case e.p.HSTS && c.hsts == facts.No:
		return e.fail("NoHSTS", w, "what", c.hstsWhy)
	}
	return control.Result{}
}

// open names what is not known of the controller.
func (e *entries) open(w *way, c controller) string {
	switch {
	case c.minimum == "":
		return "which versions of TLS are accepted"
	case c.redirects == facts.NotKnown && w.redirect == facts.NotKnown:
		return "whether plain HTTP is redirected"
	case e.p.HSTS && c.hsts == facts.NotKnown:
		return "whether browsers are told to come back by HTTPS only"
	}
	return ""
}

// service judges a Service that is reached from outside by itself, beside every controller.
func (e *entries) service(s *facts.Service) {
	if s.Internal == facts.Yes && len(s.ExternalIPs) == 0 {
		return
	}
	ref := facts.Ref{Kind: "Service", Namespace: s.Namespace, Name: s.Name}
	var ports []int32
	for _, p := range s.Ports {
		ports = append(ports, p.Port)
	}
	e.direct(ref, ref.String()+" of type "+s.Type, ports)
}

// hostPorts judges pods that are reached by a port of their node.
func (e *entries) hostPorts(ns string) {
	for _, w := range facts.ListIn[facts.Workload](e.in.Facts, ns) {
		if w.Shape == nil || w.Finished {
			continue
		}
		for _, p := range w.Shape.Ports {
			if p.Host != 0 {
				e.direct(w.Ref, "port "+strconv.Itoa(int(p.Host))+" of every node", []int32{p.Host})
			}
		}
	}
}

// direct judges what leads straight to pods: a declaration that names its ports and says where TLS ends makes it known, and
// only an attestation tells how it is encrypted.
func (e *entries) direct(ref facts.Ref, what string, ports []int32) {
	w := &way{ref: ref}
	all := e.in.Environment.Object.Spec.EntryPoints
	for n := range all {
		d := &all[n]
		known := d.Ports
		if len(known) == 0 {
			known = []int32{80, 443}
		}
		if d.TLS != "Pod" && d.TLS != "Outside" || slices.ContainsFunc(ports, func(p int32) bool { return !slices.Contains(known, p) }) {
			continue
		}
		e.seen[d.Host] = true
		if w.host = d.Host; e.attests(d.Host) {
			e.add(ref, control.Pass("Attested").RestingOn(control.Attested))
			return
		}
		e.add(ref, e.unknown("NotAttested", w, "what", map[string]string{"Pod": "in the pod", "Outside": "outside the cluster"}[d.TLS]))
		return
	}
	e.add(ref, e.fail("NotDeclared", w, "what", what))
}

// unseen judges declared entries that nothing serves.
func (e *entries) unseen() {
	for _, d := range e.in.Environment.Object.Spec.EntryPoints {
		if e.seen[d.Host] {
			continue
		}
		w := &way{ref: e.in.Environment.Ref(), host: d.Host}
		switch {
		case d.TLS == "Outside" && e.attests(d.Host):
			e.add(w.ref, control.Pass("Attested").RestingOn(control.Attested))
		case d.TLS == "Outside":
			e.add(w.ref, e.unknown("NotAttested", w, "what", "outside the cluster"))
		default:
			e.add(w.ref, e.unknown("DeclaredNotSeen", w))
		}
	}
}
