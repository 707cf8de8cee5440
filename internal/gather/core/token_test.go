package core

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestTokensThatPodsAskForThemselvesAreKept(t *testing.T) {
	volume := func(name, audience string, life int64) corev1.Volume {
		return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
			{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{Audience: audience, ExpirationSeconds: &life, Path: "token"}}}}}}
	}
	off := false
	for name, test := range map[string]struct {
		spec corev1.PodSpec
		life int32
		api  bool
	}{
		"the one that admission adds is not":                 {corev1.PodSpec{Volumes: []corev1.Volume{volume("kube-api-access-x1y2z", "", 3607)}}, 0, false},
		"one of a name like that, where admission adds none": {corev1.PodSpec{AutomountServiceAccountToken: &off, Volumes: []corev1.Volume{volume("kube-api-access-x1y2z", "", 3607)}}, 3607, true},
		"one of a name like that which lives longer":         {corev1.PodSpec{Volumes: []corev1.Volume{volume("kube-api-access-x1y2z", "", 86400)}}, 86400, true},
		"one of another name":                                {corev1.PodSpec{Volumes: []corev1.Volume{volume("token", "", 600)}}, 600, true},
		"one for somebody else than the API server":          {corev1.PodSpec{Volumes: []corev1.Volume{volume("token", "vault", 7200)}}, 7200, false},
	} {
		kept, _ := volumes(&test.spec)
		var life int32
		var api bool
		for _, v := range kept {
			life, api = v.Token, v.TokenForAPI
		}
		if life != test.life || api != test.api {
			t.Errorf("%s: got %d %v", name, life, api)
		}
	}
}
