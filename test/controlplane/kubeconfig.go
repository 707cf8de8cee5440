package controlplane

import (
	"context"
	"fmt"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// accountTokenLife outlasts any test and a demo that stays open for weeks.
const accountTokenLife = 30 * 24 * time.Hour

func (cp *ControlPlane) config(user string) *rest.Config {
	return &rest.Config{
		Host:            cp.host,
		BearerToken:     cp.tokens[user],
		TLSClientConfig: rest.TLSClientConfig{CAData: cp.ca},
		QPS:             -1,
	}
}

// Kubeconfig writes a kubeconfig of the administrator, readable by its owner only.
func (cp *ControlPlane) Kubeconfig(path string) error {
	return writeKubeconfig(cp.config(userAdmin), userAdmin, path)
}

// ServiceAccountKubeconfig writes a kubeconfig that holds nothing but a token of an existing service account, got from
// the TokenRequest API, so that a program started with it has exactly the rights that RBAC grants that account.
func (cp *ControlPlane) ServiceAccountKubeconfig(ctx context.Context, namespace, name, path string) error {
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		return err
	}
	request := &authenticationv1.TokenRequest{
		Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(accountTokenLife / time.Second))},
	}
	answer, err := client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, name, request, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("control plane: token of service account %s/%s: %w", namespace, name, err)
	}
	config := cp.config("")
	config.BearerToken = answer.Status.Token
	return writeKubeconfig(config, name, path)
}

func writeKubeconfig(config *rest.Config, user, path string) error {
	const cluster = "controlplane"
	return clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{cluster: {Server: config.Host, CertificateAuthorityData: config.CAData}},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{user: {Token: config.BearerToken}},
		Contexts:       map[string]*clientcmdapi.Context{cluster: {Cluster: cluster, AuthInfo: user}},
		CurrentContext: cluster,
	}, path)
}
