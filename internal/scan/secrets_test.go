package scan

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

func TestSecrets(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	key := "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEAx0\n-----END RSA " + "PRIVATE KEY-----\n"
	jwt := "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTYifQ" + ".c2lnbmF0dXJlLW9mLXRva2Vu"
	random40 := "wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzXAMPLE"
	for name, test := range map[string]struct{ key, text, want string }{
		"a private key":                                {"tls.key", key, "PrivateKey 3 1"},
		"a certificate is none":                        {"ca.crt", "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBg\n-----END CERTIFICATE-----", ""},
		"a private key in base64":                      {"data", b64(key), "PrivateKey 3 1"},
		"a private key in base64 twice":                {"data", b64(b64(key)), "PrivateKey 3 1"},
		"a private key in base64 of many lines":        {"data", strings.Join(chunks(b64(key), 64), "\n"), "PrivateKey 3 1"},
		"a JSON web token":                             {"", "curl -H 'Authorization: Bearer " + jwt + "'", "Token 3 1"},
		"a token of a known form":                      {"", "GIT=ghp_" + random40[:36], "Token 3 1"},
		"an access key of a cloud":                     {"", "AKIA" + "IOSFODNN7EXAMPLE", "CloudKey 2 1"},
		"the secret half of an access key":             {"AWS_SECRET_ACCESS_KEY", random40, "CloudKey 3 1"},
		"a storage key":                                {"conn", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=" + random40 + random40 + "==", "CloudKey 3 1"},
		"an address with a password":                   {"DATABASE_URL", "postgres://app:hunter2@db:5432/app", "ConnectionString 3 1"},
		"an address with a password and no user":       {"", "redis://:s3cr3tvalue@cache:6379", "ConnectionString 3 1"},
		"an address with a variable":                   {"", "postgres://app:$(PASSWORD)@db:5432/app", ""},
		"an address with a port and an at sign":        {"", "https://host:8443/pkg@v1.2.3", ""},
		"a connection string of parts":                 {"", "Server=db;User Id=sa;Password=Sommer2026!;Encrypt=true", "ConnectionString 3 1"},
		"a password by its name":                       {"DB_PASSWORD", "hunter2", "Password 2 1"},
		"a password by its name in camel case":         {"dbPassword", "Xy7!kdheu28s", "Password 3 1"},
		"a password in Danish":                         {"adgangskode", "sommer2026", "Password 2 1"},
		"a password in properties":                     {"app.properties", "a=b\nspring.datasource.password=hunter2\nport=80", "Password 2 1"},
		"a password in YAML":                           {"values.yaml", "db:\n  user: app\n  password: \"Xy7!kdheu28s\"\n", "Password 3 1"},
		"a password in YAML over two lines":            {"values.yaml", "db:\n  password: |\n    Xy7!kdheu28s\n", "Password 3 1"},
		"a password in JSON":                           {"config.json", `{"db":{"password":"Xy7!kdheu28s","port":5432}}`, "Password 3 1"},
		"a password in JSON in JSON":                   {"config.json", `{"inner":"{\"password\":\"Xy7!kdheu28s\"}"}`, "Password 3 1"},
		"a password in base64 under an innocent name":  {"settings", b64("db.user=app\ndb.password=hunter2\n"), "Password 2 1"},
		"a password as an argument":                    {"", "--db-password=hunter2", "Password 2 1"},
		"a password after its flag":                    {"--password", "hunter2", "Password 2 1"},
		"a password of digits":                         {"PIN_PASSWORD", "12345678", "Password 2 1"},
		"a log-in by HTTP":                             {"", "Authorization: Basic " + b64("admin:hunter2"), "Password 3 1"},
		"a token by its name":                          {"API_TOKEN", "f81d4fae7dec11d0a76500a0c91e6bf6", "Token 3 1"},
		"two of a kind":                                {"x", "a_password=hunter2\nb_password=Xy7!kdheu28s", "Password 3 2"},
		"a Secret in a last-applied annotation":        {"kubectl.kubernetes.io/last-applied-configuration", `{"apiVersion":"v1","kind":"Secret","data":{"a":"aGVq"}}`, "SecretManifest 3 1"},
		"a Secret in YAML":                             {"secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  a: hej\n", "SecretManifest 3 1"},
		"a Secret without data":                        {"", `{"apiVersion":"v1","kind":"Secret","data":{}}`, ""},
		"a SealedSecret":                               {"", "kind: SealedSecret\nspec:\n  encryptedData:\n    a: AgBy3i4OJSWK\n", ""},
		"a ConfigMap in a last-applied annotation":     {"kubectl.kubernetes.io/last-applied-configuration", `{"kind":"ConfigMap","data":{"a":"b"}}`, ""},
		"the state of a Helm release":                  {"release", "H4sIAAAAAAAC/+xdW3PbNhZ+", "HelmRelease 3 1"},
		"a variable in place of a password":            {"DB_PASSWORD", "$(FROM_ELSEWHERE)", ""},
		"a template in place of a password":            {"DB_PASSWORD", "{{ .Values.password }}", ""},
		"a hidden password":                            {"DB_PASSWORD", "********", ""},
		"an encrypted password":                        {"password", "ENC[AES256_GCM,data:abc,iv:def,type:str]", ""},
		"a file with a password":                       {"DB_PASSWORD_FILE", "/run/secrets/db", ""},
		"a path under a name of a password":            {"DB_PASSWORD", "/run/secrets/db", ""},
		"the name of a Secret":                         {"SECRET_NAME", "web-tls", ""},
		"where a secret is kept":                       {"API_TOKEN", "vault:secret/data/app#token", ""},
		"the address of tokens":                        {"TOKEN_URL", "https://login.example.org/token", ""},
		"a rule about passwords":                       {"PASSWORD_MIN_LENGTH", "12", ""},
		"how long a token lives":                       {"accessTokenTTL", "3600", ""},
		"a number of tokens":                           {"max_tokens", "4096", ""},
		"a checksum of a secret":                       {"checksum/secret", "f81d4fae7dec11d0a76500a0c91e6bf6", ""},
		"a switch":                                     {"usePassword", "true", ""},
		"a compass":                                    {"compass", "north-west", ""},
		"prose":                                        {"description", "The password is given by the clerk: ask there.", ""},
		"an image digest":                              {"image", "registry.example.org/a@sha256:" + strings.Repeat("0f", 32), ""},
		"a name of an object under a name of a secret": {"tlsSecret", "web-tls-2", "Token 1 1"},
		"nothing": {"", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := shown(Secrets(test.key, test.text)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func shown(all []Match) string {
	var parts []string
	for _, m := range all {
		parts = append(parts, fmt.Sprint(m.Identifier, " ", m.Confidence, " ", m.Count))
	}
	return strings.Join(parts, ", ")
}

func chunks(s string, n int) (out []string) {
	for ; len(s) > n; s = s[n:] {
		out = append(out, s[:n])
	}
	return append(out, s)
}

func TestOnlyWhatCannotBeGuessedHasADigest(t *testing.T) {
	for text, want := range map[string]bool{"hunter2": false, "aaaaaaaaaaaaaaaaaaaaaaaaaaaa": false, "pk_live_51H8xYzAbCdEfGh2": true, "aaaaBBBBaaaaBBBBaaaaBBBB": false} {
		if got := Public(text) != ""; got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
	if Public(" pk_live_51H8xYzAbCdEfGh2\n") != Public("pk_live_51H8xYzAbCdEfGh2") {
		t.Error("white space around a text matters")
	}
}

func FuzzSecrets(f *testing.F) {
	for _, s := range [][2]string{
		{"DB_PASSWORD", "hunter2"}, {"", "postgres://a:b@c"}, {"release", "H4sI"}, {"", `{"kind":"Secret","data":{"a":"b"}}`}, {"x", "password: |\n"}, {"", "eyJ.eyJ."},
		{"", "-----BEGIN PRIVATE KEY-----"}, {"", "Authorization: Basic YTpi"}, {"", "password="}, {"pass", "$"}, {"", "://@:"}, {"", "aaaaaaaaaaaaaaaaaaaaaaaa"},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		found := Secrets(key, text)
		for i, m := range found {
			if m.Count < 1 || m.Confidence < Low || m.Confidence > High || m.Identifier.Personal() || i > 0 && found[i-1].Identifier >= m.Identifier {
				t.Errorf("%v is out of order or out of bounds", found)
			}
		}
	})
}

func BenchmarkSecrets(b *testing.B) {
	for name, text := range map[string]string{"a label": "web-frontend", "an innocent configuration of 4 KiB": strings.Repeat("server.port=8080\nlog.level: info\n", 128)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Secrets("app.kubernetes.io/name", text)
			}
		})
	}
}
