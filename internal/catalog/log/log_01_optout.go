package log

import (
	"cmp"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// judgeOptOuts judges what a workload says about the collection of its own logs: in its template, on its running pods and
// on its namespace. Whether its namespace is collected at all is judged with the environment.
func judgeOptOuts(in control.WorkloadInput, _ *log01) control.Result {
	w := in.Workload
	own := logs.OptOuts(w.Shape)
	namespace := facts.Get[facts.Namespace](in.Facts, "", w.Ref.Namespace)
	if namespace != nil {
		own = append(own, logs.NamespaceOptOuts(namespace.Labels)...)
	}
	pods := logs.OwnOf(in.Facts, w.Ref.Namespace)
	running := pods.Running[w.Ref]
	if len(own) == 0 && len(running) == 0 {
		if len(pods.Missing) > 0 {
			return control.Unreadable(pods.Missing...)
		}
		return control.Pass("NothingOptsOut")
	}
	if pods.OnlyManifests {
		// Nothing tells which collector the cluster has; that somebody meant to opt out is enough to say so early.
		return optsOut(w, own[0], facts.Ref{}, "")
	}
	picture := logs.Of(in.Facts)
	worst := control.Pass("OptOutWithoutEffect")
	var known logs.PodOptOut // what the effect is known of: pods that say what the template or the pod before says
	if len(own) > 0 {
		worst = effect(picture.EffectOf(namespace, w, w.Shape, own), w, own[0], facts.Ref{}, worst)
		if len(own) == 1 {
			known = logs.PodOptOut{OptOut: own[0], Shape: w.Shape}
		}
	}
	for _, p := range running {
		if p.OptOut == known.OptOut && p.Shape == known.Shape {
			continue
		}
		known = p
		worst = effect(picture.EffectOf(namespace, w, p.Shape, []logs.OptOut{p.OptOut}), w, p.OptOut, p.Pod, worst)
	}
	if missing := append(logs.Incomplete(in.Facts), pods.Missing...); len(missing) > 0 && worst.Verdict == v1alpha1.VerdictPass {
		return control.Unreadable(missing...)
	}
	return worst
}

func effect(e logs.Effect, w *facts.Workload, o logs.OptOut, pod facts.Ref, worst control.Result) control.Result {
	r := worst
	switch e.Taken {
	case date.Yes:
		r = optsOut(w, o, pod, "").Because(cmp.Or(e.At.Object, pod))
	case date.Maybe:
		r = optsOut(w, o, pod, cmp.Or(e.At.Text, "it cannot be decided"))
	}
	if control.Worse(r.Verdict, worst.Verdict) {
		return r
	}
	return worst
}

// optsOut makes the finding; a detail makes it Unknown.
func optsOut(w *facts.Workload, o logs.OptOut, pod facts.Ref, detail string) control.Result {
	where, field := "the template of "+w.Ref.String(), o.Field()
	switch {
	case o.Namespace:
		where = "Namespace " + w.Ref.Namespace
	case !pod.IsZero():
		where = pod.String()
	case w.Ref.Kind == "Pod":
		where = w.Ref.String()
	default:
		field = strings.TrimSuffix(w.TemplatePath, "spec") + field
	}
	args := []string{"key", o.Key, "where", where, "container", cmp.Or(o.Container, "all its containers")}
	if detail != "" {
		return control.Unknown("MayOptOut", append(args, "detail", detail)...).At(field)
	}
	return control.Fail("OptsOut", args...).At(field)
}
