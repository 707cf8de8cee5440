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
	// Field below the container: env[NAME] or envFrom[ConfigMap name].
	Field string
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
		variable := read(v, namespace, &config, name, hosts)
		i, host, _ := envvar.Service(name)
		placed[i] = placed[i] || host
		out = append(out, variable)
	}
	for _, variable := range all(v, namespace, &config) {
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

// Stores gives the variables of a container that name data stores, by name, as Telemetry does.
func Stores(v facts.View, namespace string, c *facts.Container) []Variable {
	config := c.Configuration()
	if len(config.Stores) == 0 && len(config.EnvFrom) == 0 {
		return nil
	}
	out := make([]Variable, 0, len(config.Stores))
	for name, hosts := range config.Stores {
		out = append(out, read(v, namespace, &config, name, hosts))
	}
	for _, variable := range all(v, namespace, &config) {
		_, _, telemetry := envvar.Service(variable.Name)
		_, store := envvar.Store(variable.Name, envvar.WriteHosts(variable.Hosts))
		if !telemetry && variable.Hosts != "" && (store || variable.store) {
			out = append(out, variable.Variable)
		}
	}
	return sorted(out)
}

func sorted(list []Variable) []Variable {
	slices.SortFunc(list, func(a, b Variable) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Field, b.Field))
	})
	return list
}

// read fills in a variable of env from the ConfigMap that it names.
func read(v facts.View, namespace string, config *facts.ContainerConfig, name, hosts string) Variable {
	out := Variable{Name: name, Hosts: hosts, Field: "env[" + name + "]"}
	from, key, ok := strings.Cut(config.From[name], "/")
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
func all(v facts.View, namespace string, config *facts.ContainerConfig) []held {
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
			found[prefix+key] = held{Variable{Name: prefix + key, Hosts: value.Hosts,
				ConfigMap: facts.Ref{Kind: "ConfigMap", Namespace: namespace, Name: name}, Field: "envFrom[" + name + "]." + prefix + key}, value.Store}
		}
	}
	out := make([]held, 0, len(found))
	for name, h := range found {
		if !own(config, name) {
			out = append(out, h)
		}
	}
	return out
}

func own(config *facts.ContainerConfig, name string) bool {
	_, telemetry := config.Telemetry[name]
	_, store := config.Stores[name]
	return telemetry || store
}
