// Package certmanager makes facts of the resources of cert-manager, which tell of certificates without their Secrets being read.
package certmanager

import (
	"reflect"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Group is the API group of cert-manager.
const Group = "cert-manager.io"

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	certificates, issuers := []reflect.Type{facts.TypeOf[facts.Certificate]()}, []reflect.Type{facts.TypeOf[facts.Issuer]()}
	return []adapter.Kind{
		{GVK: v1("Certificate"), Resource: "certificates", Namespaced: true, Optional: true,
			Feeds: certificates, Extract: extractCertificate, Prune: adapter.PruneTo[certificate]()},
		{GVK: v1("Issuer"), Resource: "issuers", Namespaced: true, Optional: true,
			Feeds: issuers, Extract: extractIssuer, Prune: adapter.PruneTo[issuer]()},
		{GVK: v1("ClusterIssuer"), Resource: "clusterissuers", Optional: true,
			Feeds: issuers, Extract: extractIssuer, Prune: adapter.PruneTo[issuer]()},
	}
}

func v1(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: Group, Version: "v1", Kind: kind}
}

type condition struct {
	Type    string `json:"type,omitempty"`
	Status  string `json:"status,omitempty"`
	Message string `json:"message,omitempty"`
}

// ready gives the condition Ready and, where it is not true, its message.
func ready(all []condition) (facts.Tristate, string) {
	for _, c := range all {
		switch {
		case c.Type != "Ready":
		case c.Status == "True":
			return facts.Yes, ""
		case c.Status == "False":
			return facts.No, c.Message
		}
	}
	return facts.NotKnown, ""
}

type certificate struct {
	Spec struct {
		SecretName  string           `json:"secretName,omitempty"`
		CommonName  string           `json:"commonName,omitempty"`
		DNSNames    []string         `json:"dnsNames,omitempty"`
		RenewBefore *metav1.Duration `json:"renewBefore,omitempty"`
		Renewal     struct {
			Policy string `json:"policy,omitempty"`
		} `json:"renewal,omitzero"`
		IssuerRef struct {
			Group string `json:"group,omitempty"`
			Kind  string `json:"kind,omitempty"`
			Name  string `json:"name,omitempty"`
		} `json:"issuerRef,omitzero"`
		PrivateKey struct {
			Algorithm string `json:"algorithm,omitempty"`
			Size      int32  `json:"size,omitempty"`
		} `json:"privateKey,omitzero"`
	} `json:"spec"`
	Status struct {
		Conditions             []condition  `json:"conditions,omitempty"`
		NotBefore              *metav1.Time `json:"notBefore,omitempty"`
		NotAfter               *metav1.Time `json:"notAfter,omitempty"`
		RenewalTime            *metav1.Time `json:"renewalTime,omitempty"`
		LastFailureTime        *metav1.Time `json:"lastFailureTime,omitempty"`
		FailedIssuanceAttempts int32        `json:"failedIssuanceAttempts,omitempty"`
	} `json:"status,omitzero"`
}

func extractCertificate(obj runtime.Object) ([]any, error) {
	var c certificate
	u, err := adapter.Decode(obj, &c)
	if err != nil {
		return nil, err
	}
	out := &facts.Certificate{
		Namespace: u.GetNamespace(), Name: u.GetName(), Secret: c.Spec.SecretName, DNSNames: names(c.Spec.CommonName, c.Spec.DNSNames),
		Issuer:    facts.Ref{Group: c.Spec.IssuerRef.Group, Kind: c.Spec.IssuerRef.Kind, Name: c.Spec.IssuerRef.Name},
		Algorithm: c.Spec.PrivateKey.Algorithm, Size: c.Spec.PrivateKey.Size,
		NotBefore: at(c.Status.NotBefore), NotAfter: at(c.Status.NotAfter), RenewalTime: at(c.Status.RenewalTime), LastFailure: at(c.Status.LastFailureTime),
		FailedAttempts: c.Status.FailedIssuanceAttempts, RenewalOff: c.Spec.Renewal.Policy == "Disabled",
		CreatedAt: facts.InstantOf(u.GetCreationTimestamp().Time),
	}
	out.Ready, out.Message = ready(c.Status.Conditions)
	if out.Issuer.Group == "" {
		out.Issuer.Group = Group
	}
	if out.Issuer.Kind == "" {
		out.Issuer.Kind = "Issuer"
	}
	if out.Issuer.Group == Group && out.Issuer.Kind == "Issuer" {
		out.Issuer.Namespace = out.Namespace
	}
	if c.Spec.RenewBefore != nil {
		out.RenewBefore = c.Spec.RenewBefore.Duration
	}
	return []any{out}, nil
}

// names gives the names that a certificate is for: the common name counts with clients that are old enough.
func names(common string, dns []string) []string {
	if common == "" || slices.Contains(dns, common) {
		return slices.Clone(dns)
	}
	return append([]string{common}, dns...)
}

func at(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// issuer holds of each type only that it is there, of ACME the server.
type issuer struct {
	Spec struct {
		ACME *struct {
			Server string `json:"server,omitempty"`
		} `json:"acme,omitempty"`
		CA         *struct{} `json:"ca,omitempty"`
		SelfSigned *struct{} `json:"selfSigned,omitempty"`
		Vault      *struct{} `json:"vault,omitempty"`
		Venafi     *struct{} `json:"venafi,omitempty"`
	} `json:"spec"`
	Status struct {
		Conditions []condition `json:"conditions,omitempty"`
	} `json:"status,omitzero"`
}

func extractIssuer(obj runtime.Object) ([]any, error) {
	var i issuer
	u, err := adapter.Decode(obj, &i)
	if err != nil {
		return nil, err
	}
	out := &facts.Issuer{Ref: adapter.RefOf(u)}
	out.Ready, _ = ready(i.Status.Conditions)
	switch {
	case i.Spec.ACME != nil:
		out.Type = "acme"
		if e, err := adapter.ParseEndpoint(i.Spec.ACME.Server); err == nil {
			out.Server = e.Host
		}
	case i.Spec.CA != nil:
		out.Type = "ca"
	case i.Spec.SelfSigned != nil:
		out.Type = "selfSigned"
	case i.Spec.Vault != nil:
		out.Type = "vault"
	case i.Spec.Venafi != nil:
		out.Type = "venafi"
	}
	return []any{out}, nil
}
