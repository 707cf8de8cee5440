package v1alpha1

// The aliases below give a string field its bounds and its rule in the schema without a type of its own in Go, so that
// every field of the same meaning is checked, and explained, in the same words. A rule must not hold two single quotes in
// a row, which gofmt takes for a typographic quote.

// Line is one line of printable text.
// +kubebuilder:validation:XValidation:rule=`!self.matches(r'[\p{C}\p{Zl}\p{Zp}]')`,message="one line of printable text, without line breaks, tabs or invisible characters, for example Case 2026-1234"
type Line = string

// ObjectName is the metadata.name of a resource of this API that ends up in label values, so at most 63 characters.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="the metadata.name of one resource, in lower-case letters, digits, hyphens and dots, for example aula; wildcards are not allowed"
type ObjectName = string

// LinkName is the name of a link of the supplier chain.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')`,message="a short name in lower-case letters, digits and hyphens, for example development"
type LinkName = string

// NamespaceName is the name of one namespace.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')`,message="the name of one namespace, in lower-case letters, digits and hyphens, for example aula-db; wildcards are not allowed here"
type NamespaceName = string

// EndpointName is a place that data are sent to or kept in, exact: a DNS name, an IP address, or, for stores whose host says
// nothing about their place, provider/bucket or provider/account.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?(/[-._A-Za-z0-9]+)*$') || self.matches(r'^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$')`,message="one host without scheme, port or wildcard, for example logs.example.org, or provider/bucket or provider/account, for example azure/auditbackups"
type EndpointName = string

// ProviderName is the name of an infrastructure provider in the region table or of an own provider.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="a provider by its name in the region table, in lower case, for example aws, azure or gcp, or an own provider of the Platform"
type ProviderName = string

// RegionName is the name of one region or zone at a provider.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[A-Za-z0-9]([-._/A-Za-z0-9]*[A-Za-z0-9])?$')`,message="the exact name of one region or zone, for example eu-west-1; wildcards are not allowed"
type RegionName = string

// SchedulerName is the value of spec.schedulerName in a pod template.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$')`,message="a scheduler by the name that pods give it, in lower case, for example volcano; wildcards are not allowed"
type SchedulerName = string

// LabelKey is the key of a label.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=317
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^([a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$')`,message="a label key, for example dc.example.org/site"
type LabelKey = string

// ProviderIDPrefix is the beginning of provider ids of nodes, up to and with a separator.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[A-Za-z0-9][-+._A-Za-z0-9]*:(//)?([-+._:/A-Za-z0-9]*[:/])?$')`,message="a prefix that ends in a separator, so that it matches no other provider, for example dc1://"
type ProviderIDPrefix = string

// ImageSource is a registry host, exact, or a repository prefix that ends in a slash.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^(localhost|[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)+)(:[1-9][0-9]{0,4})?(/([a-z0-9][-._a-z0-9]*/)+)?$')`,message="a registry by its exact host, for example registry.example.org, or a part of one by a prefix that ends in a slash, for example ghcr.io/kombit/; without scheme, tag or wildcard"
type ImageSource = string

// HostPattern is a host, exact, or a domain with all its hosts, written with a leading dot.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[.]?[a-z0-9_]([-_a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)+$') || self.matches(r'^[0-9a-f:]*:[0-9a-f:.]*$') || self.matches(r'^[a-z0-9][-.a-z0-9]*/([-._A-Za-z0-9]+/?)*$')`,message="one host, for example logs.example.org, every host of a domain with a leading dot, for example .blob.core.windows.net, or a store as provider/bucket or provider/, for example azure/auditbackups; in lower case, without scheme, port or wildcard, and never a lone top-level domain"
type HostPattern = string

// DriverName is the name of a CSI driver or provisioner, exact.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=127
// +kubebuilder:validation:XValidation:rule=`self.matches(r'^[A-Za-z0-9]([-._/A-Za-z0-9]*[A-Za-z0-9])?$')`,message="a CSI driver or provisioner by its exact name, for example ebs.csi.aws.com"
type DriverName = string

// AddressRange is a range of IP addresses in CIDR notation.
// +kubebuilder:validation:MaxLength=43
// +kubebuilder:validation:XValidation:rule=`isCIDR(self) && cidr(self).prefixLength() >= 8`,message="a range of addresses with at least 8 bits of prefix, for example 192.0.2.0/24 or 2001:db8::/32"
type AddressRange = string

// PersonName names a person by user name or e-mail address. Two spellings of one person compare equal in SamePerson.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=254
// +kubebuilder:validation:XValidation:rule=`self.matches(r"^[\pL\pN]([-\pL\pN ._@:#/\\|',]*[\pL\pN])?$")`,message="one person's user name or e-mail address, without a +tag and without blanks or punctuation at its ends, for example jane@example.org"
// +kubebuilder:validation:XValidation:rule=`!self.lowerAscii().trim().matches(r'^(mailto:\s*)?system:|system:serviceaccount:|\.gserviceaccount\.com$')`,message="a person, not a service account or system user: give the person's user name or e-mail address, for example jane@example.org"
type PersonName = string

// ReasonCode is a machine-readable reason in CamelCase.
// +kubebuilder:validation:MaxLength=128
type ReasonCode = string

// Message is prose that the operator wrote.
// +kubebuilder:validation:MaxLength=2048
type Message = string

// Value is a short value that the operator wrote.
// +kubebuilder:validation:MaxLength=512
type Value = string
