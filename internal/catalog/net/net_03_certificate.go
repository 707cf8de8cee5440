package net

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// certificates judges the certificate of a way in, without reading its Secret.
func (e *entries) certificates(w *way, attested bool) control.Result {
	for _, secret := range w.secrets {
		namespace, name, _ := strings.Cut(secret, "/")
		if name == "" {
			if attested {
				return control.Pass("Attested").RestingOn(control.Attested)
			}
			return e.fail("DefaultCertificate", w)
		}
		for _, c := range facts.ListIn[facts.Certificate](e.in.Facts, namespace) {
			if c.Secret == name {
				return e.certificate(w, c)
			}
		}
	}
	if attested {
		return control.Pass("Attested").RestingOn(control.Attested)
	}
	return e.unknown("CertificateNotSeen", w)
}

func (e *entries) certificate(w *way, c *facts.Certificate) control.Result {
	ref := facts.Ref{Group: "cert-manager.io", Kind: "Certificate", Namespace: c.Namespace, Name: c.Name}
	warn, fail := before(c.NotAfter, e.p.WarnBeforeExpiry), before(c.NotAfter, e.p.FailBeforeExpiry)
	args := []string{"certificate", ref.String(), "namespace", c.Namespace, "name", c.Name, "names", strings.Join(c.DNSNames, ", "), "date", c.NotAfter.UTC().Format(time.DateOnly)}
	now := e.in.Now
	bad := func(r control.Reason, more ...string) control.Result {
		return e.fail(r, w, append(args, more...)...).Because(ref)
	}
	key, weak := e.key(c)
	switch {
	case !slices.ContainsFunc(c.DNSNames, func(n string) bool { return covers(n, w.host) }):
		return bad("NameMismatch")
	case e.selfSigned(c):
		return bad("SelfSigned")
	case weak != "":
		return bad("WeakKey", "key", key, "minimum", weak)
	case c.NotAfter.IsZero() && c.Ready == facts.No:
		return bad("NotIssued")
	case c.NotAfter.IsZero(): // a manifest, or not yet
		return e.unknown("CertificateNotSeen", w).Because(ref)
	case !now.Before(c.NotAfter):
		return bad("Expired")
	case !now.Before(fail):
		return bad("Expiring", "limit", e.p.FailBeforeExpiry).Until(c.NotAfter)
	case c.Ready == facts.No:
		return bad("RenewalFails", "what", "cert-manager says that it is not ready").Until(fail)
	case !now.Before(warn) && (c.RenewalOff || c.RenewalTime.IsZero()):
		return bad("RenewalFails", "what", "no renewal is planned").Until(fail)
	case !now.Before(warn) && !now.Before(c.RenewalTime.Add(day)):
		return bad("RenewalFails", "what", "it was to be renewed on "+c.RenewalTime.UTC().Format(time.DateOnly)).Until(fail)
	}
	due := warn
	if !c.RenewalOff && !c.RenewalTime.IsZero() {
		due = later(warn, c.RenewalTime.Add(day))
	}
	r := control.Pass("Encrypted").Because(ref).Until(fail)
	if due.After(now) {
		r = r.Until(due)
	}
	return r
}

const day = 24 * time.Hour

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// key describes the key of a certificate, and what is asked for where it is weaker.
func (e *entries) key(c *facts.Certificate) (key, wanted string) {
	size := c.Size
	switch c.Algorithm {
	case "Ed25519":
		return c.Algorithm, ""
	case "ECDSA":
		if size == 0 {
			size = 256
		}
		if size < 256 {
			wanted = "ECDSA 256"
		}
	default:
		if size == 0 {
			size = 2048
		}
		if size < e.p.MinRSA {
			wanted = "RSA " + strconv.Itoa(int(e.p.MinRSA)) + " or ECDSA 256"
		}
		return "RSA " + strconv.Itoa(int(size)), wanted
	}
	return c.Algorithm + " " + strconv.Itoa(int(size)), wanted
}

func (e *entries) selfSigned(c *facts.Certificate) bool {
	return slices.ContainsFunc(facts.ListIn[facts.Issuer](e.in.Facts, c.Issuer.Namespace), func(i *facts.Issuer) bool { return i.Ref == c.Issuer && i.Type == "selfSigned" })
}
