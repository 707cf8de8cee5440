package envvar

import (
	"strings"
	"testing"
)

// FuzzStoreHosts reads connection strings of every make: what is found has no blanks, is not longer than what was read, is
// found again in what is written down of it, and never holds the password that was put in.
func FuzzStoreHosts(f *testing.F) {
	for _, s := range []string{
		"postgres://aula:password@db.example.org:5432/aula?sslmode=require", "jdbc:postgresql://db.example.org:5432/aula", "jdbc:oracle:thin:@db.example.org:1521:AULA",
		"jdbc:sqlserver://db.example.org:1433;databaseName=aula;encrypt=true", "jdbc:mysql:replication://a.example.org,b.example.org/aula",
		"Server=tcp:aula.database.windows.net,1433;Initial Catalog=aula;Persist Security Info=False;", "Data Source=(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db.example.org)(PORT=1521)))",
		"host=db.example.org port=5432 user=aula", "DefaultEndpointsProtocol=https;AccountName=aula;EndpointSuffix=core.windows.net", "mongodb+srv://cluster0.abc.mongodb.net/aula",
		"redis://[2001:db8::1]:6379/0", "amqp://a.example.org:5672,b.example.org:5672", "tcp:db.example.org,1433", "://", "jdbc:", "Server=;", "host=,,,", "a=b;c", "\x00://\xff", "HOST=x;host=y",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		hosts, _ := StoreHosts(value)
		if len(hosts) > len(value)+64 || strings.ContainsAny(hosts, " \t\r\n") {
			t.Fatalf("%q gives hosts %q", value, hosts)
		}
		if hosts == "" {
			return
		}
		again, store := StoreHosts(WriteStore(hosts))
		if again != hosts || !store {
			t.Fatalf("%q: %q is written as %q and read as %q", value, hosts, WriteStore(hosts), again)
		}
	})
}

// FuzzStoreVariable puts a password where address strings have it, and looks for it in what is kept.
func FuzzStoreVariable(f *testing.F) {
	f.Add("DATABASE_URL", "postgres://aula:", "@db.example.org/aula")
	f.Add("ConnectionStrings__Default", "Server=db.example.org;User Id=aula;Password=", ";Encrypt=True")
	f.Add("JDBC_URL", "jdbc:sqlserver://db.example.org;user=aula;password=", ";")
	f.Add("PGHOST", "", "")
	f.Fuzz(func(t *testing.T, name, before, after string) {
		const secret = "zQ7-pass-zQ7"
		for _, value := range []string{before + after, before + secret + after} {
			hosts, ok := Store(name, value)
			if !ok && hosts != "" {
				t.Fatalf("%s=%q: %q is kept although nothing was recognised", name, value, hosts)
			}
		}
		if strings.HasSuffix(strings.ToLower(before), "password=") && !strings.ContainsAny(before+after, ",@/[]()\\") {
			if hosts, _ := Store(name, before+secret+after); strings.Contains(hosts, secret) {
				t.Fatalf("%s=%q keeps the password: %q", name, before+secret+after, hosts)
			}
		}
	})
}
