package envvar

import (
	"net/netip"
	"slices"
	"strings"
)

// storeSchemes are those of addresses of data stores. Store itself writes storeScheme.
var storeSchemes = []string{"postgres", "postgresql", "mysql", "mysql2", "mariadb", "mongodb", "mongodb+srv", "redis", "rediss", "valkey", "valkeys",
	"sqlserver", "mssql", "oracle", "cassandra", "couchdb", "couchbase", "couchbases", "clickhouse", "amqp", "amqps", "kafka", storeScheme}

const storeScheme = "store"

// storeWords between underscores say that a variable is about a data store, storeEnds and hostWords that it names a host.
var (
	storeWords = []string{"DATABASE", "DB", "JDBC", "DATASOURCE", "POSTGRES", "POSTGRESQL", "PG", "MYSQL", "MARIADB", "MSSQL", "SQLSERVER", "ORACLE", "MONGO", "MONGODB",
		"REDIS", "VALKEY", "MEMCACHED", "CASSANDRA", "COUCHDB", "CLICKHOUSE", "ELASTICSEARCH", "OPENSEARCH", "KAFKA", "AMQP", "RABBITMQ", "S3", "MINIO", "BLOB", "STORAGE"}
	storeEnds = []string{"HOST", "HOSTS", "HOSTNAME", "SERVER", "SERVERS", "BOOTSTRAP_SERVERS", "BROKERS", "ADDR", "ADDRESS", "URL", "URI", "DSN", "ENDPOINT", "ENDPOINTS", "CONNECTION_STRING"}
	hostWords = []string{"HOST", "HOSTS", "HOSTNAME", "SERVER", "ADDR", "ADDRESS", "URL", "URI", "DSN", "ENDPOINT"}
)

// storeName recognises variables that name a data store: PGHOST, DATABASE_URL, ORDERS_DB_HOST, REDIS_URL.
func storeName(name string) bool {
	if name == "PGHOSTADDR" {
		return true
	}
	for _, end := range storeEnds {
		if rest, ok := strings.CutSuffix(name, end); ok && hasStoreWord(rest) {
			return true
		}
	}
	return false
}

func hasStoreWord(name string) bool {
	for more := true; more; {
		var word string
		word, name, more = strings.Cut(name, "_")
		if slices.Contains(storeWords, word) {
			return true
		}
	}
	return false
}

// hostName recognises variables that name some host.
func hostName(name string) bool {
	return slices.Contains(hostWords, name[strings.LastIndexByte(name, '_')+1:])
}

// storeHosts are the ends of host names under which providers offer data stores.
var storeHosts = []string{".rds.amazonaws.com", ".rds.amazonaws.com.cn", ".cache.amazonaws.com", ".docdb.amazonaws.com", ".es.amazonaws.com", ".redshift.amazonaws.com",
	".neptune.amazonaws.com", ".database.windows.net", ".database.azure.com", ".documents.azure.com", ".redis.cache.windows.net",
	".blob.core.windows.net", ".table.core.windows.net", ".mongodb.net", ".es.io", ".cloud.es.io", ".firebaseio.com", ".supabase.co", ".neon.tech", ".upstash.io"}

// dotNet begins the names of connection strings as .NET reads them: ConnectionStrings__Default for ConnectionStrings:Default.
const dotNet = "CONNECTIONSTRINGS__"

// IsStore tells whether a variable names a data store by its name alone.
func IsStore(name string) bool {
	return storeName(name) || len(name) > len(dotNet) && strings.EqualFold(name[:len(dotNet)], dotNet)
}

// Store gives the hosts of a variable that names a data store by its name, by the scheme of its value or by its host.
func Store(name, value string) (hosts string, ok bool) {
	named := IsStore(name)
	if !named && !strings.Contains(value, "://") && !hostName(name) {
		return "", false
	}
	hosts, schemed := StoreHosts(value)
	switch {
	case hosts == "":
		return "", false
	case named, schemed, hostName(name) && ofProvider(hosts):
		return hosts, true
	}
	return "", false
}

func ofProvider(hosts string) bool {
	for h := range strings.SplitSeq(hosts, ",") {
		for _, end := range storeHosts {
			if strings.HasSuffix(h, end) {
				return true
			}
		}
	}
	return false
}

// StoreHosts gives the hosts of a value and whether its scheme says that they are of a data store. A connection string of
// pairs names them under host, server or data source. Applied to what WriteStore writes it gives the same.
func StoreHosts(value string) (hosts string, store bool) {
	const longest = 2048
	value = strings.TrimSpace(value)
	if len(value) > longest || strings.ContainsAny(value, "\n\r") {
		return "", false
	}
	if rest, ok := strings.CutPrefix(value, "jdbc:"); ok {
		value, store = strings.Replace(rest, "oracle:thin:@", "oracle:", 1), true
		if !strings.Contains(value, "://") { // oracle:@host:1521
			_, value, _ = strings.Cut(value, ":")
		}
		value, _, _ = strings.Cut(value, ";")
	}
	if h, ok := ofPairs(value); ok {
		return HostsOf(h), true
	}
	if scheme, rest, ok := strings.Cut(value, "://"); ok {
		for _, s := range storeSchemes {
			store = store || strings.EqualFold(scheme, s)
		}
		// Several hosts stand between the user and the path: mongodb://user:password@a,b/path.
		rest, _, _ = strings.Cut(rest, "/")
		rest, _, _ = strings.Cut(rest, "?")
		if i := strings.LastIndexByte(rest, '@'); i >= 0 {
			rest = rest[i+1:]
		}
		return HostsOf(rest), store
	}
	// user:password@tcp(host:3306)/database, as Go writes it
	if _, rest, ok := strings.Cut(value, "@tcp("); ok {
		rest, _, _ = strings.Cut(rest, ")")
		return HostsOf(rest), true
	}
	if i := strings.LastIndexByte(value, '@'); i >= 0 {
		value = value[i+1:]
	}
	return HostsOf(value), store
}

// ofPairs reads host=h port=5432 and Server=tcp:h,1433;Database=x.
func ofPairs(value string) (host string, ok bool) {
	if !strings.Contains(value, "=") || strings.Contains(value, "://") {
		return "", false
	}
	if host := azureAccount(value); host != "" {
		return host, true
	}
	for pair := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ' ' }) {
		k, v, _ := strings.Cut(pair, "=")
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "host", "server", "source", "address", "addr": // Data Source=h falls apart at its blank
			v, _, _ = strings.Cut(strings.TrimPrefix(v, "tcp:"), ",")
			return v, true
		}
	}
	return "", false
}

// azureAccount gives the host of a connection string of a storage account; empty for another string.
func azureAccount(value string) string {
	account, suffix := "", "core.windows.net"
	for pair := range strings.SplitSeq(value, ";") {
		k, v, _ := strings.Cut(pair, "=")
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "accountname":
			account = strings.TrimSpace(v)
		case "endpointsuffix":
			suffix = strings.TrimSpace(v)
		}
	}
	if account == "" {
		return ""
	}
	return account + ".blob." + suffix
}

// ConfigValue gives what a value of a ConfigMap says of hosts: an address with a scheme, a host with a dot, or one that its key
// says to be a host.
func ConfigValue(key, value string) (hosts string, store, ok bool) {
	_, host, known := Service(key)
	if known && !host && strings.TrimSpace(value) != "" {
		return "", false, true
	}
	if known {
		hosts = HostsOf(value)
		return hosts, false, hosts != ""
	}
	hosts, store = StoreHosts(value)
	if hosts == "" || !store && !IsStore(key) && !strings.Contains(value, "://") && !looksLikeHost(hosts) {
		return "", false, false
	}
	return hosts, store, true
}

// looksLikeHost tells names with a dot and a last label of letters, and addresses, from other words.
func looksLikeHost(hosts string) bool {
	for h := range strings.SplitSeq(hosts, ",") {
		if _, err := netip.ParseAddr(h); err == nil {
			continue
		}
		i := strings.LastIndexByte(h, '.')
		if i < 1 || len(h)-i < 3 || strings.Trim(h[i+1:], "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}

// WriteStore writes hosts as an address that says that they are of a data store; empty for none.
func WriteStore(hosts string) string { return written(storeScheme, hosts) }

// WriteHosts writes hosts as an address that says nothing else.
func WriteHosts(hosts string) string { return written("https", hosts) }

func written(scheme, hosts string) string {
	if hosts == "" {
		return ""
	}
	all := strings.Split(hosts, ",")
	for i, h := range all {
		if strings.Contains(h, ":") {
			all[i] = "[" + h + "]"
		}
	}
	return scheme + "://" + strings.Join(all, ",")
}
