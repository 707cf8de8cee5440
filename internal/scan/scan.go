// Package scan recognises personal data and secrets in texts of Kubernetes objects. What it gives back names what was
// recognised and how sure that is, never the text.
package scan

// Identifier is a kind of data that is recognised.
type Identifier string

// Identifiers. The first ones are personal data (DPD-03), those from PrivateKey on are secrets (IAM-04).
const (
	CPR   Identifier = "CPR"   // Danish civil registration number
	Email Identifier = "Email" // address of a person
	Phone Identifier = "Phone"
	IBAN  Identifier = "IBAN"
	// NationalIdentity is the number of a person in another country.
	NationalIdentity Identifier = "NationalIdentity"

	PrivateKey       Identifier = "PrivateKey"
	Password         Identifier = "Password"
	Token            Identifier = "Token"            // bearer tokens, JSON web tokens
	CloudKey         Identifier = "CloudKey"         // access key of a cloud
	ConnectionString Identifier = "ConnectionString" // address with a password in it
	// SecretManifest is a Secret's own data, as in a last-applied annotation.
	SecretManifest Identifier = "SecretManifest"
	// HelmRelease is the stored state of a package manager, which holds values.
	HelmRelease Identifier = "HelmRelease"
)

// Personal tells whether the identifier is of a person rather than a secret.
func (i Identifier) Personal() bool {
	switch i {
	case CPR, Email, Phone, IBAN, NationalIdentity:
		return true
	}
	return false
}

// Confidence is how sure a match is.
type Confidence uint8

// Confidences, lowest first. Low: it looks like one, and like much else. High: a check digit or an unmistakable form.
const (
	Low Confidence = iota + 1
	Medium
	High
)

// Match is what was recognised in one text.
type Match struct {
	Identifier Identifier
	Confidence Confidence
	Count      int
}
