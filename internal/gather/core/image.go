package core

import (
	"strings"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// running gives the images that the runtime reports for the containers of a shape, nil where it reports none.
func (in *interner) running(s *facts.PodShape, status *corev1.PodStatus) *facts.PodImages {
	var out *facts.PodImages
	for i := range s.Containers {
		c := &s.Containers[i]
		id := imageID(statuses(c.Type, status), c.Name)
		if id == "" {
			continue
		}
		if out == nil {
			out = &facts.PodImages{Running: make([]facts.RunningImage, len(s.Containers))}
		}
		out.Running[i] = runningImage(id, c.Image)
	}
	if out == nil {
		return nil
	}
	return shared(in, &in.images, out, func(images *facts.PodImages) {
		for i := range images.Running {
			images.Running[i].Repository = in.own(images.Running[i].Repository)
		}
	})
}

func statuses(t facts.ContainerType, status *corev1.PodStatus) []corev1.ContainerStatus {
	switch t {
	case facts.ContainerInit, facts.ContainerSidecar:
		return status.InitContainerStatuses
	case facts.ContainerEphemeral:
		return status.EphemeralContainerStatuses
	}
	return status.ContainerStatuses
}

func imageID(all []corev1.ContainerStatus, container string) string {
	for i := range all {
		if all[i].Name == container {
			return all[i].ImageID
		}
	}
	return ""
}

// runningImage reads what runtimes report: repository@sha256:..., with or without docker-pullable://, or a bare digest. An
// identifier of another form says nothing: the zero RunningImage.
func runningImage(id, image string) facts.RunningImage {
	if _, rest, ok := strings.Cut(id, "://"); ok {
		id = rest
	}
	repository, digest, ok := strings.Cut(id, "@")
	if !ok {
		repository, digest = "", id
	}
	d, ok := facts.ParseDigest(digest)
	if !ok {
		return facts.RunningImage{}
	}
	out := facts.RunningImage{Digest: d, Bare: repository == ""}
	if !sameRepository(repository, image) {
		out.Repository = repository
	}
	return out
}

// sameRepository compares the repository that a runtime reports with that of a reference. Reading references takes time, and
// most are written in full.
func sameRepository(repository, image string) bool {
	plain, _, _ := strings.Cut(image, "@")
	if i := strings.LastIndexByte(plain, ':'); i > strings.LastIndexByte(plain, '/') {
		plain = plain[:i]
	}
	if repository == "" || repository == plain {
		return true
	}
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return false
	}
	reported, err := reference.ParseNormalizedNamed(repository)
	return err == nil && reported.Name() == named.Name()
}
