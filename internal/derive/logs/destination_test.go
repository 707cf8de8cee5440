package logs

import "testing"

func TestHostOf(t *testing.T) {
	for address, want := range map[string]string{
		"logs.example.org": "logs.example.org", "Logs.Example.org.:9200": "logs.example.org", "https://u:p@logs.example.org:443/x": "logs.example.org",
		"tcp://10.0.0.1:24224": "10.0.0.1", "[2001:db8::1]:80": "2001:db8::1", "2001:db8::1": "2001:db8::1", "s3://eu-north-1/bucket": "eu-north-1", "": "",
	} {
		if got := hostOf(address); got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
}
