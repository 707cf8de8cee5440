package envvar

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

func TestStoresThatVariablesName(t *testing.T) {
	for name, c := range map[string]struct{ variable, value, want string }{
		"an address":                         {"DATABASE_URL", "postgres://u:p@Db.example.org:5432/x?sslmode=require", "db.example.org"},
		"an address of JDBC":                 {"SPRING_DATASOURCE_URL", "jdbc:postgresql://db.example.org:5432/x", "db.example.org"},
		"an address of JDBC with settings":   {"APP_URL", "jdbc:sqlserver://db.example.org:1433;user=sa;password=geheim", "db.example.org"},
		"several hosts":                      {"MONGO_URL", "mongodb://u:p@a.example.org:27017,b.example.org/x", "a.example.org,b.example.org"},
		"a scheme under any name":            {"ORDERS", "mysql://u:p@db.example.org/x", "db.example.org"},
		"an address as Go writes it":         {"MYSQL_DSN", "u:geheim@tcp(db.example.org:3306)/x", "db.example.org"},
		"pairs":                              {"PG_DSN", "host=db.example.org port=5432 password=geheim", "db.example.org"},
		"pairs of SQL Server":                {"DB_CONNECTION_STRING", "Server=tcp:db.example.org,1433;Password=geheim", "db.example.org"},
		"a connection string of .NET":        {"ConnectionStrings__Default", "Server=tcp:db.example.org,1433;Initial Catalog=x;Password=geheim", "db.example.org"},
		"a connection string of .NET, Azure": {"ConnectionStrings__Blob", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=geheim;EndpointSuffix=core.windows.net", "a.blob.core.windows.net"},
		"a host":                             {"PGHOST", "db.example.org", "db.example.org"},
		"a host with a word before":          {"ORDERS_DB_HOST", "db.example.org:5432", "db.example.org"},
		"a host of a provider's store":       {"ORDERS_HOST", "x.abc.eu-west-1.rds.amazonaws.com", "x.abc.eu-west-1.rds.amazonaws.com"},
		"another host":                       {"ORDERS_HOST", "orders.example.org", ""},
		"another address":                    {"PUBLIC_URL", "https://www.example.org", ""},
		"a word":                             {"GREETING", "hello.world", ""},
		"a name that only holds the letters": {"WHOSTED", "db.example.org", ""},
		"a list as JSON writes it":           {"ELASTICSEARCH_HOSTS", `["https://a.example.org:443", "b.example.org"]`, "a.example.org,b.example.org"},
		"an instance of SQL Server":          {"DB_HOST", `db.example.org\SQLEXPRESS`, "db.example.org"},
		"a port of SQL Server":               {"DB_HOST", "db.example.org,1433", "db.example.org"},
		"a server of SQL Server":             {"SQLSERVER", "db.example.org,1433", "db.example.org"},
		"quotes":                             {"DB_HOST", `"db.example.org"`, "db.example.org"},
		"a description of Oracle":            {"DATABASE_URL", "(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db.example.org)(PORT=1521))(CONNECT_DATA=(SID=x)))", "db.example.org"},
		"a description of Oracle by JDBC":    {"DATABASE_URL", "jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS_LIST=(ADDRESS=(HOST=a.example.org))(ADDRESS=(HOST=b.example.org))))", "a.example.org,b.example.org"},
		"a port that is not read":            {"DATABASE_URL", "postgres://u:$(P)@db.example.org:$(PORT)/x", "db.example.org"},
		"a file":                             {"DATABASE_URL", "sqlite:///var/lib/aula.db", ""},
		"a file by JDBC":                     {"SPRING_DATASOURCE_URL", "jdbc:h2:mem:aula", ""},
		"a socket":                           {"DB_HOST", "/var/run/postgresql", ""},
		"the socket of this host":            {"DATABASE_URL", "postgresql:///aula", ""},
	} {
		hosts, ok := Store(c.variable, c.value)
		if hosts != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %v", name, hosts, ok)
		}
		if again, ok := Store(c.variable, WriteStore(hosts)); hosts != "" && (again != hosts || !ok) {
			t.Errorf("%s: what is written reads as %q", name, again)
		}
	}
}

func TestAStoreThatCannotBeReadIsNotPassedOver(t *testing.T) {
	for name, c := range map[string]struct{ variable, value string }{
		"an object of JSON":   {"DATABASE_URL", `{"host": "db.example.org"}`},
		"several lines":       {"DATABASE_URL", "postgres://a\npostgres://b"},
		"a host not read":     {"DATABASE_URL", "postgres://u:p@$(HOST)/x"},
		"a list of no texts":  {"ELASTICSEARCH_HOSTS", `[{"host": "a"}]`},
		"a value of any size": {"DB_HOST", strings.Repeat("a", 4000)},
	} {
		if hosts, ok := Store(c.variable, c.value); hosts != "" || !ok {
			t.Errorf("%s: got %q, %v", name, hosts, ok)
		}
		if hosts, store, ok := ConfigValue(c.variable, c.value); hosts != "" || !store || !ok {
			t.Errorf("%s in a ConfigMap: got %q, %v, %v", name, hosts, store, ok)
		}
	}
	if hosts, store, ok := ConfigValue("DATABASE_URL", "[left out]"); hosts != "" || !store || !ok {
		t.Errorf("what a snapshot leaves: got %q, %v, %v", hosts, store, ok)
	}
}

func TestWhatAConfigMapSaysOfHosts(t *testing.T) {
	for name, c := range map[string]struct {
		key, value, hosts string
		store, ok         bool
	}{
		"an address":             {"reporter", "https://key@o1.example.org/4", "o1.example.org", false, true},
		"an address of a store":  {"main", "postgres://u:p@db.example.org/x", "db.example.org", true, true},
		"a host with a dot":      {"target", "o1.example.org:443", "o1.example.org", false, true},
		"a known variable":       {"JAEGER_AGENT_HOST", "jaeger", "jaeger", false, true},
		"credentials are a sign": {"DD_API_KEY", "geheim", "", false, true},
		"a word":                 {"mode", "fast", "", false, false},
		"a version":              {"version", "1.4.2", "", false, false},
		"a file":                 {"app.conf", "a = b\nc = d\n", "", false, false},
	} {
		hosts, store, ok := ConfigValue(c.key, c.value)
		if hosts != c.hosts || store != c.store || ok != c.ok {
			t.Errorf("%s: got %q, %v, %v", name, hosts, store, ok)
		}
		text := WriteHosts(hosts)
		if store {
			text = WriteStore(hosts)
		}
		if again, stored, _ := ConfigValue(c.key, text); hosts != "" && (again != hosts || stored != store) {
			t.Errorf("%s: what is written reads as %q, %v", name, again, stored)
		}
	}
}

// What names of variables mean, written as expressions: they say the same and take twenty times as long.
var (
	storeNames = regexp.MustCompile(`^(PGHOST|PGHOSTADDR|MYSQL_HOST|SPRING_DATASOURCE_URL|(.*_)?(DATABASE|DB|JDBC|DATASOURCE|POSTGRES|POSTGRESQL|PG|MYSQL|MARIADB|MSSQL|SQL|SQLSERVER|ORACLE|MONGO|MONGODB|REDIS|VALKEY|MEMCACHED|CASSANDRA|COUCHDB|CLICKHOUSE|ELASTICSEARCH|OPENSEARCH|KAFKA|AMQP|RABBITMQ|S3|MINIO|BLOB|STORAGE)(_.*)?_?(HOST|HOSTS|HOSTNAME|SERVER|SERVERS|BOOTSTRAP_SERVERS|BROKERS|ADDR|ADDRESS|URL|URI|DSN|ENDPOINT|ENDPOINTS|CONNECTION_STRING))$`)
	hostNames  = regexp.MustCompile(`^(.*_)?(HOST|HOSTS|HOSTNAME|SERVER|ADDR|ADDRESS|URL|URI|DSN|ENDPOINT)$`)
)

func TestNamesOfVariablesMeanWhatTheExpressionsSay(t *testing.T) {
	const seed = 11
	random := rand.New(rand.NewPCG(seed, seed))
	parts := append([]string{"_", "_", "_", "__", "ORDERS", "X", "", "PGHOSTADDR", "SPRING_DATASOURCE_URL", "MYSQL_HOST"}, storeWords...)
	parts = append(append(parts, storeEnds...), hostWords...)
	stores := 0
	for range 100_000 {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		name := b.String()
		if got, want := storeName(name), storeNames.MatchString(name); got != want {
			t.Fatalf("seed %d: %q names a data store: got %v, want %v", seed, name, got, want)
		} else if got {
			stores++
		}
		if got, want := hostName(name), hostNames.MatchString(name); got != want {
			t.Fatalf("seed %d: %q names a host: got %v, want %v", seed, name, got, want)
		}
	}
	if stores < 1000 {
		t.Errorf("only %d of the names are of data stores", stores)
	}
}

// plainHosts must be read as the long way reads them.
func TestPlainHostsAreReadAsAddressesAre(t *testing.T) {
	const seed, letters = 12, "aAbf0129.-_:: /@[]%"
	random := rand.New(rand.NewPCG(seed, seed))
	plain := 0
	for range 200_000 {
		b := make([]byte, random.IntN(12))
		for i := range b {
			b[i] = letters[random.IntN(len(letters))]
		}
		address := string(b)
		if got, ok := plainHost(address); ok {
			plain++
			if want := hostOfAddress(address); got != want {
				t.Fatalf("seed %d: %q: got %q, want %q", seed, address, got, want)
			}
		}
	}
	if plain < 1000 {
		t.Errorf("only %d hosts are plain", plain)
	}
}

func TestEveryServiceIsKnownByHowItsVariablesBegin(t *testing.T) {
	for _, s := range services {
		for _, v := range s.hosts {
			if _, host, known := Service(v.prefix + v.suffix); !host || !known {
				t.Errorf("%s%s names no host of a service", v.prefix, v.suffix)
			}
		}
		for _, name := range s.credentials {
			if _, host, known := Service(name); host || !known {
				t.Errorf("%s is no credential of a service", name)
			}
		}
	}
}
