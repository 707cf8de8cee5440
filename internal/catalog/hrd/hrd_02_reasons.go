package hrd

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

func hrd02Reasons() []control.ReasonText {
	const pass, fail, unknown, none = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	const verify = "Let a policy verify it: a Kyverno ClusterPolicy with verifyImages, attestors and failureAction: Enforce, or a ClusterImagePolicy of sigstore and the label " +
		"policy.sigstore.dev/include=true on the namespace."
	const restart = "Find out what is in it, name the image by its digest, and let the pod be made anew: kubectl -n {namespace} delete pod {pod}."
	return []control.ReasonText{
		{Reason: "AsRequired", Verdict: pass, Text: "Every image comes from an approved source and is named, verified and run as required."},
		{Reason: "PlatformNamespace", Verdict: none, Text: "The namespace belongs to the platform."},
		{Reason: "NoSourceApproved", Verdict: fail, Text: "Nobody has approved a source of images, so images may come from anywhere.",
			Remediation: "List the registries in the Platform, spec.images.approvedSources: [{source: registry.example.org, reason: ...}], or those of the solution in spec.imageSources of the HostedSolution."},
		{Reason: "ReferenceInvalid", Verdict: fail, Text: "Image {image} in {where} is no image reference: {error}.",
			Remediation: "Write it as registry/repository@sha256:DIGEST."},
		{Reason: "NoRegistryNamed", Verdict: fail, Text: "Image {image} in {where} names no registry; the node asks its default ones, mostly for {name}.",
			Remediation: "Write the registry: image: REGISTRY/{image}, with one that is approved."},
		{Reason: "SourceNotApproved", Verdict: fail, Text: "Image {image} in {where} comes from {name}, which is in no approved source.",
			Remediation: "Copy the image to an approved registry and name it there. Or have the source approved: spec.images.approvedSources of the Platform, spec.imageSources of the HostedSolution."},
		{Reason: "NoDigest", Verdict: fail, Text: "Image {image} in {where} is named by tag alone, which can be moved.",
			Remediation: "Name it by digest, image: {name}@sha256:DIGEST; `crane digest {image}` or the registry shows it."},
		{Reason: "RunsFromElsewhere", Verdict: fail, Text: "Container {container} of pod {pod} asks for {image} and runs an image of {repository}.",
			Remediation: "If {repository} is a mirror that nodes pull through, list it in spec.images.mirrors of the Platform. Otherwise find out who changed it. " + restart},
		{Reason: "RunsOtherDigest", Verdict: fail, Text: "Container {container} of pod {pod} asks for {image} and runs {running}.", Remediation: restart},
		{Reason: "CopiesDiffer", Verdict: fail, Text: "Under the same reference {image} one pod runs {running} (container {container} of pod {pod}) and another {other}: a node has an old copy, or the tag was moved.",
			Remediation: restart},
		{Reason: "NotVerified", Verdict: fail, Text: "No policy verifies the signature of image {image} in {where} at admission.", Remediation: verify},
		{Reason: "VerificationNotInForce", Verdict: fail, Text: "{policy} is about image {image} in {where} and refuses nothing in namespace {namespace}: {detail}.",
			Remediation: "Put it in force for the namespace, failing closed. " + verify},
		{Reason: "VerificationNotRead", Verdict: unknown, Text: "{policy} may verify the signature of image {image} in {where}: {detail}.", Remediation: verify},
		{Reason: "NotReported", Verdict: unknown, Text: "The runtime has not reported which image container {container} of pod {pod} runs.",
			Remediation: "Wait for the pod to start: kubectl -n {namespace} get pod {pod} -o yaml shows status.containerStatuses[].imageID."},
	}
}
