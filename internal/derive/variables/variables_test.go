package variables

import (
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestAServiceAtItsDefaultPlaceIsNotSaidToBeInASecret(t *testing.T) {
	c := facts.Container{Config: &facts.ContainerConfig{Telemetry: map[string]string{"NEW_RELIC_LICENSE_KEY": "", "SENTRY_DSN": ""}}}
	got := Telemetry(facts.View{}, "aula", &c)
	if len(got) != 2 || !got[0].Credential || strings.Contains(got[0].Unread, "Secret") {
		t.Errorf("of credentials: %+v", got)
	}
	if got[1].Credential || !strings.Contains(got[1].Unread, "Secret") {
		t.Errorf("of an address that is not in the object: %+v", got[1])
	}
}
