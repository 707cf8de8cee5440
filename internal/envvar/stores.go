package envvar

import (
	"encoding/json"
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
	storeWords = []string{"DATABASE", "DB", "JDBC", "DATASOURCE", "POSTGRES", "POSTGRESQL", "PG", "MYSQL", "MARIADB", "MSSQL", "SQL", "SQLSERVER", "ORACLE", "MONGO", "MONGODB",
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

// Store gives the hosts of a variable that names a data store by its name, by the scheme of its value or by its host. Without
// hosts it names one that cannot be read.
func Store(name, value string) (hosts string, ok bool) {
	named := IsStore(name)
	if !named && !strings.Contains(value, "://") && !hostName(name) {
		return "", false
	}
	hosts, schemed := StoreHosts(value)
	switch {
	case hosts == "":
		return "", named && !keptHere(value)
	case named, schemed, hostName(name) && ofProvider(hosts):
		return hosts, true
	}
	return "", false
}

// keptHere tells values that name no other host: files, sockets, stores in memory, and nothing.
func keptHere(value string) bool {
	value = strings.ToLower(strings.Trim(strings.TrimSpace(value), quotes))
	value = strings.TrimPrefix(value, "jdbc:")
	scheme, rest, ok := strings.Cut(value, ":")
	switch {
	case value == "", value == "[]", value == "{}", value[0] == '/', value[0] == '.', value[0] == ':':
		return true
	case !ok:
		return false
	}
	first, _, _ := strings.Cut(scheme, "+") // sqlite+aiosqlite
	return slices.Contains([]string{"sqlite", "sqlite3", "file", "unix", "h2", "hsqldb", "derby", "duckdb", "memory", "mem"}, first) ||
		strings.HasPrefix(rest, "///") // postgres:///aula: the socket of this host
}

const quotes = `"'`

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
	value = strings.Trim(strings.TrimSpace(value), quotes)
	if len(value) > longest {
		return "", false
	}
	if list, ok := ofList(value); ok {
		return ofEach(list)
	}
	if strings.ContainsAny(value, "\n\r") {
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
		return storeHostsOf(h), true
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
		return storeHostsOf(rest), store
	}
	// user:password@tcp(host:3306)/database, as Go writes it
	if _, rest, ok := strings.Cut(value, "@tcp("); ok {
		rest, _, _ = strings.Cut(rest, ")")
		return storeHostsOf(rest), true
	}
	if i := strings.LastIndexByte(value, '@'); i >= 0 {
		value = value[i+1:]
	}
	return storeHostsOf(value), store
}

// ofList reads a list of addresses as JSON writes it. An address in brackets is none.
func ofList(value string) (list []string, ok bool) {
	if !strings.HasPrefix(value, "[") || !strings.HasSuffix(value, "]") {
		return nil, false
	}
	return list, json.Unmarshal([]byte(value), &list) == nil
}

// ofEach gives the hosts of several addresses, and none where one of them cannot be read.
func ofEach(list []string) (hosts string, store bool) {
	var all []string
	for _, address := range list {
		if _, nested := ofList(strings.TrimSpace(address)); nested {
			return "", false
		}
		found, is := StoreHosts(address)
		if found == "" {
			return "", false
		}
		store = store || is
		for h := range strings.SplitSeq(found, ",") {
			if !slices.Contains(all, h) {
				all = append(all, h)
			}
		}
	}
	return strings.Join(all, ","), store
}

// storeHostsOf is HostsOf for what SQL Server writes too, host\INSTANCE and host,1433 with the port, and for a port that another
// variable holds.
func storeHostsOf(value string) string {
	if !strings.ContainsAny(value, `\,$`+quotes) {
		return HostsOf(value)
	}
	var parts []string
	for part := range strings.SplitSeq(value, ",") {
		part, _, _ = strings.Cut(strings.Trim(strings.TrimSpace(part), quotes), `\`)
		if host, port, ok := strings.Cut(part, ":$("); ok && strings.IndexByte(port, ')') == len(port)-1 {
			part = host
		}
		parts = append(parts, part)
	}
	joined := HostsOf(strings.Join(parts, ","))
	if strings.ContainsAny(joined, quotes) { // what is left of something else
		return ""
	}
	hosts := strings.Split(joined, ",")
	further := slices.DeleteFunc(hosts[1:], func(h string) bool { return strings.Trim(h, "0123456789") == "" })
	return strings.Join(hosts[:1+len(further)], ",")
}

// ofPairs reads host=h port=5432 and Server=tcp:h,1433;Database=x.
func ofPairs(value string) (host string, ok bool) {
	if !strings.Contains(value, "=") || strings.Contains(value, "://") {
		return "", false
	}
	if host := azureAccount(value); host != "" {
		return host, true
	}
	if strings.HasPrefix(value, "(") {
		return ofDescription(value)
	}
	for pair := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ' ' }) {
		k, v, _ := strings.Cut(pair, "=")
		switch strings.ToLower(strings.TrimSpace(k)) {
		case "host", "server", "source", "address", "addr": // Data Source=h falls apart at its blank
			if !strings.HasPrefix(v, "(") {
				return strings.TrimPrefix(v, "tcp:"), true
			}
			if hosts, ok := ofDescription(v); ok {
				return hosts, true
			}
		}
	}
	return "", false
}

// ofDescription reads what Oracle writes: (DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=h)(PORT=1521))).
func ofDescription(value string) (hosts string, ok bool) {
	var all []string
	for pair := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == '(' || r == ')' }) {
		k, v, _ := strings.Cut(pair, "=")
		if v = strings.TrimSpace(v); strings.EqualFold(strings.TrimSpace(k), "host") && v != "" {
			all = append(all, v)
		}
	}
	return strings.Join(all, ","), len(all) > 0
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
// says to be a host. A store without hosts is one that cannot be read.
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
	if hosts == "" && IsStore(key) && !keptHere(value) {
		return "", true, true
	}
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
