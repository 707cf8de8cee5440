package facts

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

func TestUIDsAreToldApart(t *testing.T) {
	seen := map[UID]types.UID{}
	for _, text := range []types.UID{
		"", "a", "b", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "1B4E28BA-2FA1-11D2-883F-0016D3CCA427", "1b4e28ba2fa111d2883f0016d3cca427", "1b4e28ba-2fa1-11d2-883f-0016d3cca428",
		"00000000-0000-0000-0000-000000000000", "1b4e28ba-2fa1-11d2-883f0-016d3cca427", "1b4e28ba-2fa1-11d2-883f-0016d3cca42g", "1b4e28ba-2fa1-11d2-883f-0016d3cca427 ",
	} {
		u := UIDOf(text)
		if other, twice := seen[u]; twice {
			t.Errorf("%q and %q are one", text, other)
		}
		seen[u] = text
		if u != UIDOf(text) || u.IsZero() != (text == "") {
			t.Errorf("%q gives %x", text, u)
		}
	}
	if u := UIDOf("1b4e28ba-2fa1-11d2-883f-0016d3cca427"); u[0] != 0x1b || u[15] != 0x27 {
		t.Errorf("got %x", u)
	}
}
