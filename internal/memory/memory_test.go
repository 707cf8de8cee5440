package memory

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

func TestTheHeapMayGrowToTheFloorOrALittleBeyondWhatIsAlive(t *testing.T) {
	for live, want := range map[uint64]int{
		0: most, 1 << 20: most, floor / 2: 100, floor * 4 / 5: growth, floor: growth, 10 * floor: growth, floor * 2 / 3: 50,
	} {
		if got := percent(live, Lean); got < want-1 || got > want+1 {
			t.Errorf("%d bytes are alive: %d percent, want %d", live, got, want)
		}
	}
}

func TestALargeHeapIsGoneThroughLessOftenWhereMuchIsRead(t *testing.T) {
	for live, want := range map[uint64]int{1 << 20: most, floor / 2: 100, floor: growth, 32 << 20: growth, 64 << 20: 63, 96 << 20: 67, 192 << 20: 34, 384 << 20: 17} {
		if got := percent(live, Batch); got < want-1 || got > want+1 {
			t.Errorf("%d bytes are alive: %d percent, want %d", live, got, want)
		}
	}
}

// allowed is how much the heap may grow by now.
func allowed() int {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}

func TestTheLimitFollowsWhatIsAlive(t *testing.T) {
	t.Setenv("GOGC", "")
	before := debug.SetGCPercent(100)
	defer debug.SetGCPercent(before)
	Bound(Lean)
	if got := allowed(); got != most {
		t.Fatalf("the heap may grow by %d percent at first, want %d", got, most)
	}
	var held [][]byte
	for range 200 {
		held = append(held, make([]byte, floor/50))
	}
	for range 1000 { // finalizers run on their own
		if runtime.GC(); allowed() == growth {
			return
		}
	}
	t.Errorf("%d bytes are alive, and the heap may grow by %d percent, want %d", live(), allowed(), growth)
	runtime.KeepAlive(held)
}

func TestTheUsersChoiceCounts(t *testing.T) {
	t.Setenv("GOGC", "100")
	before := debug.SetGCPercent(123)
	defer debug.SetGCPercent(before)
	if Bound(Lean); allowed() != 123 {
		t.Errorf("the heap may grow by %d percent, although the user said something else", allowed())
	}
}
