package core

import (
	"math"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

const (
	// addedTokenLife is the life in seconds of the token that admission adds to pods.
	addedTokenLife = 3607
	// defaultTokenLife is that of a token that names none.
	defaultTokenLife = 3600
)

// addedToken tells the volume that admission adds to every pod whose token is mounted, by name and content: one that somebody
// wrote by hand under such a name asks for another token.
func addedToken(v *corev1.Volume) bool {
	if v.Projected == nil || !strings.HasPrefix(v.Name, "kube-api-access-") {
		return false
	}
	life, api := tokens(v.Projected)
	return life == 0 || api && life <= addedTokenLife
}

// tokens gives the longest life in seconds of the service account tokens of a volume, and whether one is for the API server.
func tokens(p *corev1.ProjectedVolumeSource) (life int32, api bool) {
	for i := range p.Sources {
		t := p.Sources[i].ServiceAccountToken
		if t == nil {
			continue
		}
		own := int64(defaultTokenLife)
		if t.ExpirationSeconds != nil {
			own = *t.ExpirationSeconds
		}
		life, api = max(life, int32(min(max(own, 1), math.MaxInt32))), api || t.Audience == "" //nolint:gosec // bounded
	}
	return life, api
}

// renderToken writes a volume that asks for such tokens.
func renderToken(v *facts.Volume) *corev1.ProjectedVolumeSource {
	life := int64(v.Token)
	t := &corev1.ServiceAccountTokenProjection{ExpirationSeconds: &life, Path: "token"}
	if !v.TokenForAPI {
		t.Audience = "other"
	}
	return &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{{ServiceAccountToken: t}}}
}
