// Package variables tells, from facts alone, which hosts the environment variables of a container name: in the object itself
// and in the ConfigMaps that it takes variables from.
package variables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/envvar"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Variable is an environment variable that names where data go or lie.
type Variable struct {
	Name string
	// Hosts, joined by commas; empty where they are not known, and Unread then says why.
	Hosts  string
	Unread string
	// ConfigMap that holds the value; zero where the object itself holds it or nothing is known.
	ConfigMap facts.Ref
	// Credential is true for the credentials of a service, which show that it is used and not where it is.
	Credential bool
	// whole names the ConfigMap that gives all its keys, where the variable is one of them.
	whole string
}

// Field below the container: env[NAME] or envFrom[ConfigMap name].NAME.
func (v *Variable) Field() string {
	if v.whole != "" {
		return "envFrom[" + v.whole + "]." + v.Name
	}
	return "env[" + v.Name + "]"
}

// Telemetry gives the variables of a container that name telemetry services, by name. Whoever calls it declares ConfigHosts of
// the namespace.
func Telemetry(v facts.View, namespace string, c *facts.Container) []Variable {
	config := c.Configuration()
	if len(config.Telemetry) == 0 && len(config.EnvFrom) == 0 {
		return nil
	}
	out := make([]Variable, 0, len(config.Telemetry))
	placed := map[int]bool{}
	for name, hosts := range config.Telemetry {
		variable := read(v, namespace, config.From, name, hosts)
		i, host, _ := envvar.Service(name)
		placed[i] = placed[i] || host
		out = append(out, variable)
	}
	for _, variable := range all(v, namespace, c) {
		i, host, known := envvar.Service(variable.Name)
		if known && (host && variable.Hosts != "" || !host) {
			placed[i] = placed[i] || host
			out = append(out, variable.Variable)
		}
	}
	out = slices.DeleteFunc(out, func(variable Variable) bool {
		i, host, known := envvar.Service(variable.Name)
		return known && !host && placed[i] // another variable says where the service is
	})
	for i := range out {
		if _, host, known := envvar.Service(out[i].Name); known && !host {
			out[i].Hosts, out[i].Credential, out[i].Unread = "", true, "the service is used, and no variable says where it is"
		}
	}
	return sorted(out)
}

// EachStore tells of the variables of a container that name data stores, by name, as Telemetry does. Most are in the object
// itself, and cost nothing.
func EachStore(v facts.View, namespace string, c *facts.Container, tell func(Variable)) {
	if c.Config == nil || len(c.Config.EnvFrom) == 0 {
		for name, hosts := range c.Stores.All() {
			tell(read(v, namespace, c.Configuration().From, name, hosts))
		}
		return
	}
	for _, variable := range stores(v, namespace, c) {
		tell(variable)
	}
}

// stores are those of a container that takes all keys of ConfigMaps.
func stores(v facts.View, namespace string, c *facts.Container) []Variable {
	out := make([]Variable, 0, c.Stores.Len())
	for name, hosts := range c.Stores.All() {
		out = append(out, read(v, namespace, c.Config.From, name, hosts))
	}
	for _, variable := range all(v, namespace, c) {
		_, _, telemetry := envvar.Service(variable.Name)
		_, store := envvar.Store(variable.Name, envvar.WriteHosts(variable.Hosts))
		if !telemetry && (variable.store || variable.Hosts != "" && store) {
			out = append(out, variable.Variable)
		}
	}
	return sorted(out)
}

func sorted(list []Variable) []Variable {
	slices.SortFunc(list, func(a, b Variable) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.whole, b.whole))
	})
	return list
}

// read fills in a variable of env from the ConfigMap that it names.
func read(v facts.View, namespace string, froms map[string]string, name, hosts string) Variable {
	out := Variable{Name: name, Hosts: hosts}
	from, key, ok := strings.Cut(froms[name], "/")
	switch {
	case hosts != "":
	case !ok:
		out.Unread = "its value is in a Secret, or has a part that is not read"
	default:
		out.ConfigMap = facts.Ref{Kind: "ConfigMap", Namespace: namespace, Name: from}
		if held := facts.Get[facts.ConfigHosts](v, namespace, from); held != nil {
			out.Hosts = held.Values[key].Hosts
		}
		if out.Hosts == "" {
			out.Unread = "key " + key + " of " + out.ConfigMap.String() + " names no host that can be read"
		}
	}
	return out
}

// held is a variable of a ConfigMap.
type held struct {
	Variable
	store bool
}

// all gives the variables that come from ConfigMaps as a whole. What env says itself wins, and of several ConfigMaps the last.
func all(v facts.View, namespace string, c *facts.Container) []held {
	config := c.Configuration()
	if len(config.EnvFrom) == 0 {
		return nil
	}
	found := map[string]held{}
	for _, source := range config.EnvFrom {
		prefix, name, _ := strings.Cut(source, "/")
		values := facts.Get[facts.ConfigHosts](v, namespace, name)
		if values == nil {
			continue
		}
		for key, value := range values.Values {
			variable := Variable{Name: prefix + key, Hosts: value.Hosts, ConfigMap: facts.Ref{Kind: "ConfigMap", Namespace: namespace, Name: name}, whole: name}
			if value.Hosts == "" {
				variable.Unread = "key " + key + " of " + variable.ConfigMap.String() + " names no host that can be read"
			}
			found[prefix+key] = held{variable, value.Store}
		}
	}
	out := make([]held, 0, len(found))
	for name, h := range found {
		if !own(c, name) {
			out = append(out, h)
		}
	}
	return out
}

func own(c *facts.Container, name string) bool {
	_, telemetry := c.Configuration().Telemetry[name]
	return telemetry || c.Stores.Has(name)
}
