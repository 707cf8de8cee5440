package envvar

import "testing"

func TestHowAClientEncrypts(t *testing.T) {
	for value, want := range map[string]string{
		"postgres://u:p@db.example.org/x":                                                    "",
		"postgres://u:p@db.example.org/x?sslmode=disable":                                    TLSNone,
		"postgres://u:p@db.example.org/x?connect_timeout=5&sslmode=prefer":                   TLSNone,
		"postgres://u:p@db.example.org/x?sslmode=require":                                    TLSUnverified,
		"postgres://u:p@db.example.org/x?sslmode=verify-ca":                                  TLSUnverified,
		"jdbc:postgresql://db.example.org/x?sslmode=verify-full":                             TLSVerified,
		"host=db.example.org sslmode=require password=geheim":                                TLSUnverified,
		"mysql://db.example.org/x?ssl-mode=VERIFY_IDENTITY":                                  TLSVerified,
		"jdbc:mysql://db.example.org/x?useSSL=false":                                         TLSNone,
		"u:p@tcp(db.example.org:3306)/x?tls=skip-verify":                                     TLSUnverified,
		"mongodb://db.example.org/x?tls=true":                                                TLSVerified,
		"mongodb://db.example.org/x?tls=true&tlsAllowInvalidCertificates=true":               TLSUnverified,
		"mongodb+srv://db.example.org/x":                                                     TLSVerified,
		"redis://cache.example.org":                                                          TLSNone,
		"rediss://cache.example.org":                                                         TLSVerified,
		"Server=tcp:db.example.org,1433;Encrypt=True;TrustServerCertificate=True;Password=a": TLSUnverified,
		"jdbc:sqlserver://db.example.org:1433;encrypt=true;trustServerCertificate=false":     TLSVerified,
		"db.example.org": "",
	} {
		got := StoreTLS(value)
		if got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
		hosts, _ := StoreHosts(value)
		if hosts == "" {
			t.Errorf("%s: no host", value)
		}
		written := WriteStoreTLS(hosts, got)
		if again, _ := StoreHosts(written); again != hosts || StoreTLS(written) != got {
			t.Errorf("%s: what is written, %s, reads as %q and %q", value, written, again, StoreTLS(written))
		}
	}
	if TLSOfMode("verify-full") != TLSVerified || TLSOfMode("") != "" {
		t.Error("PGSSLMODE is read otherwise")
	}
}
