package main

import (
	"net/http"
	"strings"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authentication "k8s.io/client-go/kubernetes/typed/authentication/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// authorised lets those read who the API server says may. The library's filter decides; it answers a token that the API
// server refuses as it answers an API server that is away, with 500, so what is refused is told apart before.
func authorised(config *rest.Config, httpClient *http.Client) (metricsserver.Filter, error) {
	decide, err := filters.WithAuthenticationAndAuthorization(config, httpClient)
	if err != nil {
		return nil, err
	}
	api, err := authentication.NewForConfigAndClient(config, httpClient)
	if err != nil {
		return nil, err
	}
	return func(log logr.Logger, handler http.Handler) (http.Handler, error) {
		decided, err := decide(log, handler)
		if err != nil {
			return nil, err
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if refused(r, api.TokenReviews()) {
				w.Header().Set("WWW-Authenticate", "Bearer")
				http.Error(w, "Unauthorized", http.StatusUnauthorized)
				return
			}
			decided.ServeHTTP(w, r)
		}), nil
	}, nil
}

// refused tells whether the API server was asked about the request's token and does not know it. Everything else is left to
// whoever decides.
func refused(r *http.Request, reviews authentication.TokenReviewInterface) bool {
	scheme, token, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "bearer") || token == "" {
		return false
	}
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}
	answer, err := reviews.Create(r.Context(), review, metav1.CreateOptions{})
	return err == nil && !answer.Status.Authenticated
}
