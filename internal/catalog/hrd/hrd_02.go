package hrd

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/admission"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// HRD02 judges where images come from and whether what runs is what is written.
var HRD02 = control.Define(control.Meta{
	ID: "HRD-02", Title: "Images come from trusted sources and are what they claim", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every image of every container and image volume comes from an approved source, is fixed by digest where that is required, runs as it is written, " +
		"and is verified by signature at admission where that is required.",
	Why: "Whoever can put an image under a name that a pod asks for runs their program among the data. A tag can be moved at any time; a digest and a signature cannot.",
	NotSeen: "What the entry point of an image downloads when it starts (NET-02 sees where it may connect to); whether an image that runs was verified when it was admitted, as its policy may be " +
		"younger; registries that nodes are told to ask instead of the named one, where the runtime reports the name that was asked for; how a runtime resolves an index of several platforms.",
	ISO: []string{"5.21 Managing information security in the information and communication technology (ICT) supply chain", "8.19 Installation of software on operational systems",
		"8.30 Outsourced development"},
	GDPR: []string{"32"},
	Evidence: []string{"image references of all containers, init, sidecar and ephemeral ones too, and of image volumes, in templates and in pods", "Pod status imageID of every container",
		"Platform spec.images.approvedSources and mirrors, HostedSolution spec.imageSources",
		"Kyverno verifyImages and ImageValidatingPolicy, sigstore ClusterImagePolicy with the label policy.sigstore.dev/include, PolicyException, webhook configurations"},
	Reasons: hrd02Reasons(),
}, control.Parameters[hrd02]{Defaults: hrd02Defaults}, control.Rules[hrd02]{Namespace: &control.NamespaceRule[hrd02]{
	Needs: append(admission.Needs(), control.Needs[facts.Namespace](), control.Sees[facts.Workload](), control.Sees[facts.Pod](), control.Sees[facts.Owner]()),
	Begin: func(in control.EnvironmentInput, p *hrd02) func(control.NamespaceInput, []control.Result) []control.Result {
		return (&imageJudge{EnvironmentInput: in, p: p, sources: sourcesOf(in.Environment), read: map[string]*image{}}).namespace
	},
	None: control.NotApplicable(control.ReasonNoWorkloads),
}})

// hrd02 are the parameters of HRD-02.
type hrd02 struct {
	// Digest: every reference names the image by its digest.
	Digest bool `json:"digest"`
	// Signature: a policy verifies the signature of every image at admission, and refuses what is not signed.
	Signature bool `json:"signature"`
}

func hrd02Defaults(l control.Levels) hrd02 {
	return hrd02{
		Digest:    control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityConfidential),
		Signature: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive),
	}
}

type imageJudge struct {
	control.EnvironmentInput
	p       *hrd02
	sources sources
	read    map[string]*image // by reference as written
}

// imagesOf is what is known of the images of one workload.
type imagesOf struct {
	worst   control.Result
	digests map[string]facts.Digest // of what runs, by reference
}

func (j *imageJudge) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	if j.Environment.Platform.OwnsNamespace(in.Namespace) {
		return append(out, control.NotApplicable("PlatformNamespace").On(namespaceRef(in.Namespace)))
	}
	n := &namespaceImages{imageJudge: j, in: in, ns: facts.Get[facts.Namespace](in.Facts, "", in.Namespace),
		of: map[facts.Ref]*imagesOf{}, signed: map[string]control.Result{}}
	for _, w := range facts.ListIn[facts.Workload](in.Facts, in.Namespace) {
		if !w.Finished {
			n.template(w)
		}
	}
	roots := workload.RootsIn(in.Facts, in.Namespace)
	for _, pod := range facts.ListIn[facts.Pod](in.Facts, in.Namespace) {
		if !pod.Phase.Ended() {
			n.pod(roots.Of(pod), pod)
		}
	}
	missing := unseen(in.Facts)
	for _, ref := range n.order {
		if r := n.of[ref].worst; len(missing) == 0 || r.Verdict != v1alpha1.VerdictPass {
			out = append(out, r.On(ref))
		}
	}
	switch {
	case len(n.order) > 0 && len(j.sources.approved) == 0:
		out = append(out, control.Fail("NoSourceApproved").On(namespaceRef(in.Namespace)))
	case len(missing) > 0:
		out = append(out, control.Unreadable(missing...).On(namespaceRef(in.Namespace)))
	}
	return out
}

// namespaceImages judges the images of one namespace.
type namespaceImages struct {
	*imageJudge
	in     control.NamespaceInput
	ns     *facts.Namespace
	of     map[facts.Ref]*imagesOf
	order  []facts.Ref
	signed map[string]control.Result // by reference as written
}

// add keeps the worst of what is found about a workload, the first of what is as bad.
func (n *namespaceImages) add(ref facts.Ref, r control.Result) *imagesOf {
	o := n.of[ref]
	if o == nil {
		o = &imagesOf{worst: r, digests: map[string]facts.Digest{}}
		n.of[ref], n.order = o, append(n.order, ref)
	} else if control.Worse(r.Verdict, o.worst.Verdict) {
		o.worst = r
	}
	return o
}

func (n *namespaceImages) template(w *facts.Workload) {
	if w.Unread {
		n.add(w.Ref, templateUnread(w))
		return
	}
	n.add(w.Ref, control.Pass("AsRequired"))
	n.references(w.Ref, w.Shape, "the template")
}

// references judges what a template or pod asks for.
func (n *namespaceImages) references(ref facts.Ref, s *facts.PodShape, where string) {
	for i := range s.Containers {
		n.add(ref, n.reference(s.Containers[i].Image, "container "+s.Containers[i].Name+" of "+where))
	}
	for i := range s.Volumes {
		if image := s.Volumes[i].Image; image != "" {
			n.add(ref, n.reference(image, "volume "+s.Volumes[i].Name+" of "+where))
		}
	}
}

// pod judges what a pod asks for, where that is something else than its template, and what runs in it.
func (n *namespaceImages) pod(root facts.Ref, pod *facts.Pod) {
	o := n.add(root, control.Pass("AsRequired"))
	n.references(root, pod.Shape, "pod "+pod.Name)
	if pod.Phase != facts.PodRunning {
		return
	}
	for i := range pod.Shape.Containers {
		c := &pod.Shape.Containers[i]
		var running facts.RunningImage
		if pod.Images != nil && i < len(pod.Images.Running) {
			running = pod.Images.Running[i]
		}
		n.add(root, n.runs(o, pod, c, running))
	}
}

// runs judges what the runtime says that it runs in a container.
func (n *namespaceImages) runs(o *imagesOf, pod *facts.Pod, c *facts.Container, running facts.RunningImage) control.Result {
	i := n.image(c.Image)
	args := []string{"container", c.Name, "pod", pod.Name, "namespace", pod.Namespace, "image", c.Image, "running", running.Digest.String(), "repository", running.Repository}
	because := facts.Ref{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name}
	before, seen := o.digests[c.Image]
	switch {
	case running.Digest.IsZero():
		return control.Unknown("NotReported", args...).Because(because)
	case running.Repository != "" && !n.sources.mirrored(i.name, running.Repository):
		return control.Fail("RunsFromElsewhere", args...).Because(because)
	case running.Bare: // the digest of its configuration, which no reference names
		return control.Pass("AsRequired")
	case !i.digest.IsZero() && running.Digest != i.digest:
		return control.Fail("RunsOtherDigest", args...).Because(because)
	case seen && before != running.Digest:
		return control.Fail("CopiesDiffer", append(args, "other", before.String())...).Because(because)
	}
	o.digests[c.Image] = running.Digest
	return control.Pass("AsRequired")
}

// reference judges one reference.
func (n *namespaceImages) reference(text, where string) control.Result {
	i := n.image(text)
	args := []string{"image", text, "where", where, "name", i.name}
	switch {
	case i.err != "":
		return control.Fail("ReferenceInvalid", append(args, "error", i.err)...)
	case !i.qualified:
		return control.Fail("NoRegistryNamed", args...)
	case len(n.sources.approved) > 0 && !n.sources.approve(i.name):
		return control.Fail("SourceNotApproved", args...)
	case n.p.Digest && !i.pinned:
		return control.Fail("NoDigest", args...)
	case n.p.Signature:
		r, known := n.signed[text]
		if !known {
			r = n.signature(i, args)
			n.signed[text] = r
		}
		return r
	}
	return control.Pass("AsRequired")
}

// signature judges whether admission refuses the image where it is not signed.
func (n *namespaceImages) signature(i *image, args []string) control.Result {
	if n.ns == nil {
		return control.Unknown(control.ReasonNotObservable, "source", "namespace "+n.in.Namespace)
	}
	found, missing := admission.Look(n.in.Facts, n.ns, facts.CheckImageSignature, false, i.spellings), admission.Incomplete(n.in.Facts)
	args = append(slices.Clip(args), "policy", found.Policy.String(), "detail", found.Detail, "namespace", n.ns.Name)
	switch {
	case len(missing) > 0:
		return control.Unreadable(missing...)
	case found.Standing == admission.Enforced:
		return control.Pass("AsRequired")
	case found.Standing == admission.NotRead:
		return control.Unknown("VerificationNotRead", args...).Because(found.Policy)
	case found.Standing == admission.None:
		return control.Fail("NotVerified", args...)
	}
	return control.Fail("VerificationNotInForce", args...).Because(found.Policy)
}
