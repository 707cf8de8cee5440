package backup

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// excludeLabel takes whatever carries it out of every Velero backup.
const excludeLabel = "velero.io/exclude-from-backup"

// Annotations with which claims and pods steer what is taken.
const (
	veleroVolumes  = "backup.velero.io/backup-volumes"
	veleroExcludes = "backup.velero.io/backup-volumes-excludes"
	veleroPreHook  = "pre.hook.backup.velero.io/command"
	k8upBackup     = "k8up.io/backup"
	k8upHostname   = "k8up.io/hostname"
	k8upCommand    = "k8up.io/backupcommand"
	k8upContainer  = "k8up.io/backupcommand-container"
)

// Method is how the data of one volume would be taken.
type Method string

// Methods.
const (
	MethodNone          Method = ""
	MethodFiles         Method = "Files"
	MethodSnapshot      Method = "Snapshot"      // stays in the storage system
	MethodSnapshotMoved Method = "SnapshotMoved" // copied to the destination
	MethodDump          Method = "Dump"          // written by a command in the application
	MethodDatabase      Method = "Database"
)

// Exclusion says why a plan leaves a volume out.
type Exclusion string

// Exclusions. ByFilter: a filter or selector of the plan; ByMark: a label or annotation on an object; NoMethod: nothing in
// the plan takes the data of this volume; NotMounted: its files are read through running pods and there is none.
const (
	NotExcluded Exclusion = ""
	ByFilter    Exclusion = "ByFilter"
	ByMark      Exclusion = "ByMark"
	NoMethod    Exclusion = "NoMethod"
	NotMounted  Exclusion = "NotMounted"
)

// Selection is what a plan makes of one volume.
type Selection struct {
	Method Method
	// Excluded, with the object and the field that decide. With Certain false only evidence can tell: something that is not
	// read (a volume policy, the product's own configuration) may decide otherwise.
	Excluded Exclusion
	Object   facts.Ref
	Field    string
	Certain  bool
	// ByFiles is true where the only doubt is whether the volume is read as files.
	ByFiles bool
	// NotFiles is true where the volume is no longer read as files, and the only doubt is whether its snapshots are copied out.
	NotFiles bool
}

func takenBy(m Method) Selection { return Selection{Method: m, Certain: true} }

func leftOut(why Exclusion, object facts.Ref, field string) Selection {
	return Selection{Excluded: why, Object: object, Field: field, Certain: true}
}

func (s Selection) perhaps() Selection { s.Certain = false; return s }

func (s Selection) perhapsFiles() Selection { s.Certain, s.ByFiles = false, true; return s }

// claimContext is what decides, besides the plan, whether a claim is taken.
type claimContext struct {
	claim           *facts.Claim
	namespaceLabels map[string]string
	volume          *facts.PersistentVolume // nil where not bound or not seen
	mounts          []mount
	// podsSeen is false where running pods cannot be seen and templates stand in for them.
	podsSeen bool
}

// selects tells what a plan makes of a claim. ok is false where the plan does not concern the namespace at all.
func selects(p *facts.BackupPlan, s *facts.BackupScope, c *claimContext) (sel Selection, ok bool) {
	if !s.Database.IsZero() {
		return Selection{}, false
	}
	included, listed := includesNamespace(s, c.claim.Namespace)
	switch {
	case !listed:
		return Selection{}, false
	case !included:
		return leftOut(ByFilter, p.Ref, "spec.template.excludedNamespaces"), true
	case p.Product == facts.ProductK8up:
		return c.asSeen(k8upSelects(p, s, c)), true
	default:
		return veleroSelects(p, s, c), true
	}
}

// asSeen takes the certainty out of an exclusion where a pod that is not seen could undo it.
func (c *claimContext) asSeen(s Selection) Selection {
	if s.Excluded != NotExcluded && !c.podsSeen && len(c.mounts) == 0 {
		return s.perhaps()
	}
	return s
}

func veleroSelects(p *facts.BackupPlan, s *facts.BackupScope, c *claimContext) Selection {
	claim := ClaimRef(c.claim.Namespace, c.claim.Name)
	mark := "metadata.labels[" + excludeLabel + "]"
	switch {
	case c.namespaceLabels[excludeLabel] == "true":
		return leftOut(ByMark, facts.Ref{Kind: "Namespace", Name: c.claim.Namespace}, mark)
	case c.claim.Labels.Get(excludeLabel) == "true":
		return leftOut(ByMark, claim, mark)
	case c.volume != nil && c.volume.Labels[excludeLabel] == "true":
		return leftOut(ByMark, facts.Ref{Kind: "PersistentVolume", Name: c.volume.Name}, mark)
	case s.LeavesOut.Claims != "":
		return leftOut(ByFilter, p.Ref, s.LeavesOut.Claims)
	}
	sel := c.asSeen(veleroTakes(p, s, c))
	if sel.Excluded == NotExcluded && s.VolumePolicy != "" {
		sel.Object, sel.Field = p.Ref, "spec.template.resourcePolicy"
		return sel.perhaps() // the policy may skip the volume
	}
	return sel
}

// veleroTakes tells how a volume is taken whose claim is not left out itself: as files through a pod, or else by snapshot.
func veleroTakes(p *facts.BackupPlan, s *facts.BackupScope, c *claimContext) Selection {
	files := veleroFiles(p, s, c)
	if files.Method != MethodNone {
		return files
	}
	snap := veleroSnapshot(p, s, c)
	switch {
	case snap.Method != MethodNone && !snap.Certain && files.Excluded == ByMark:
		snap.Object, snap.Field, snap.NotFiles = files.Object, files.Field, true
		return snap
	case snap.Method != MethodNone:
		return snap
	case s.VolumePolicy != "":
		return Selection{Excluded: NoMethod, Object: p.Ref, Field: "spec.template.resourcePolicy"}
	case files.Excluded != NoMethod:
		return files
	case s.Files == facts.NotKnown && serverMayRead(p, *s, c):
		return snap.perhapsFiles()
	default:
		return snap
	}
}

// serverMayRead tells whether the volume can be read as files where the server is told to read all volumes so.
func serverMayRead(p *facts.BackupPlan, s facts.BackupScope, c *claimContext) bool {
	s.Files = facts.Yes
	files := veleroFiles(p, &s, c)
	return files.Method != MethodNone || !files.Certain || s.SnapshotsMoved == facts.Yes && files.Excluded == NoMethod && s.Snapshots == facts.No
}

// veleroFiles tells whether the volume is read as files through one of its pods.
func veleroFiles(p *facts.BackupPlan, s *facts.BackupScope, c *claimContext) Selection {
	// Claims of backups that move snapshots are left to the snapshots unless a pod names them.
	byDefault := s.Files == facts.Yes && s.SnapshotsMoved != facts.Yes
	out := leftOut(NoMethod, p.Ref, "spec.template.defaultVolumesToFsBackup")
	if byDefault {
		out = leftOut(NotMounted, ClaimRef(c.claim.Namespace, c.claim.Name), "")
	}
	for i := range c.mounts {
		m := &c.mounts[i]
		named := s.Files != facts.Yes && m.names(veleroVolumes)
		switch {
		case !byDefault && !named:
		case byDefault && m.names(veleroExcludes):
			out = leftOut(ByMark, m.ref, "metadata.annotations["+veleroExcludes+"]")
		case m.shape.Labels.Get(excludeLabel) == "true":
			out = leftOut(ByMark, m.ref, "metadata.labels["+excludeLabel+"]")
		case s.LeavesOut.Pods != "":
			out = leftOut(ByFilter, p.Ref, s.LeavesOut.Pods)
		case !matchesLabels(s.Selectors, m.shape.Labels):
			out = leftOut(ByFilter, p.Ref, s.SelectorField)
		case !m.running:
			out = leftOut(NotMounted, m.ref, "status.phase")
		default:
			return takenBy(MethodFiles)
		}
	}
	if out.Excluded == NotMounted {
		return out.perhapsFiles() // it may have been mounted when the backup ran
	}
	return out
}

// veleroSnapshot tells whether the volume is snapshotted: its claim is selected itself or comes in with a pod that is.
func veleroSnapshot(p *facts.BackupPlan, s *facts.BackupScope, c *claimContext) Selection {
	if s.Snapshots == facts.No {
		return leftOut(NoMethod, p.Ref, "spec.template.snapshotVolumes")
	}
	selected := matchesLabels(s.Selectors, c.claim.Labels) || s.LeavesOut.Pods == "" &&
		slices.ContainsFunc(c.mounts, func(m mount) bool { return matchesLabels(s.Selectors, m.shape.Labels) })
	switch {
	case !selected:
		return leftOut(ByFilter, p.Ref, s.SelectorField)
	case s.SnapshotsMoved == facts.Yes:
		return takenBy(MethodSnapshotMoved)
	case s.LeavesOut.Volumes != "":
		return leftOut(ByFilter, p.Ref, s.LeavesOut.Volumes).perhaps()
	case s.SnapshotsMoved == facts.NotKnown:
		sel := takenBy(MethodSnapshot).perhaps() // the server may be told to move snapshots
		sel.Object, sel.Field = p.Ref, "spec.template.snapshotMoveData"
		return sel
	default:
		return takenBy(MethodSnapshot)
	}
}

func k8upSelects(p *facts.BackupPlan, s *facts.BackupScope, c *claimContext) Selection {
	if c.dumpContainer() != "" {
		return takenBy(MethodDump)
	}
	claim := ClaimRef(c.claim.Namespace, c.claim.Name)
	mark, marked := c.claim.Annotations[k8upBackup]
	if wanted, _ := strconv.ParseBool(mark); marked && !wanted {
		return leftOut(ByMark, claim, "metadata.annotations["+k8upBackup+"]")
	}
	switch {
	case !matchesLabels(s.Selectors, c.claim.Labels):
		return leftOut(ByFilter, p.Ref, s.SelectorField)
	case !marked && !slices.Contains(c.claim.AccessModes, corev1.ReadWriteOnce) && !slices.Contains(c.claim.AccessModes, corev1.ReadWriteMany):
		return leftOut(ByFilter, claim, "spec.accessModes")
	case len(c.mounts) == 0 && c.podsSeen && c.needsNode():
		return leftOut(NotMounted, claim, "metadata.annotations["+k8upHostname+"]").perhapsFiles()
	default:
		return takenBy(MethodFiles)
	}
}

// needsNode tells whether K8up cannot know on which node to read a volume that no pod uses.
func (c *claimContext) needsNode() bool {
	return slices.Contains(c.claim.AccessModes, corev1.ReadWriteOnce) && c.claim.Annotations[k8upHostname] == "" &&
		(c.volume == nil || c.volume.NodeAffinity == nil)
}

// dumpContainer gives the container of a pod of the claim in which K8up runs a backup command, or nothing.
func (c *claimContext) dumpContainer() string {
	for i := range c.mounts {
		m := &c.mounts[i]
		if !m.annotated(k8upCommand) {
			continue
		}
		if name := m.shape.Annotations[k8upContainer]; name != "" {
			return name
		}
		for _, ct := range m.shape.Containers {
			if ct.Type == facts.ContainerMain {
				return ct.Name
			}
		}
	}
	return ""
}

// quiesced tells whether hooks bring the applications that use the claim to rest, or a pod's own annotation does.
func (c *claimContext) quiesced(s *facts.BackupScope) bool {
	return slices.ContainsFunc(c.mounts, func(m mount) bool {
		if m.annotated(veleroPreHook) || m.annotated(k8upCommand) {
			return true
		}
		return slices.ContainsFunc(s.Hooks, func(h facts.BackupHook) bool {
			scope := facts.BackupScope{IncludedNamespaces: h.IncludedNamespaces, ExcludedNamespaces: h.ExcludedNamespaces}
			included, _ := includesNamespace(&scope, c.claim.Namespace)
			return included && (h.Selector == nil || matchesLabels([]metav1.LabelSelector{*h.Selector}, m.shape.Labels))
		})
	})
}

// matchesLabels tells whether one of the selectors matches; no selectors match everything. A selector that cannot be read
// matches nothing.
func matchesLabels(selectors []metav1.LabelSelector, set *facts.Labels) bool {
	if len(selectors) == 0 {
		return true
	}
	for i := range selectors {
		sel, err := metav1.LabelSelectorAsSelector(&selectors[i])
		if err == nil && sel.Matches(set) {
			return true
		}
	}
	return false
}
