package backend

import "time"

// groupedServiceLoop keeps the promise of defaultServiceLoop, that no step goes on before the state on disk knows of it,
// and writes the state once for all steps that wait at that moment. The state is written as a whole: one write for each
// step alone takes four fifths of the time in which a thousand resources are created.
func (sm *SnapshotManager) groupedServiceLoop(requests chan mutationRequest, done chan error) {
	// As in defaultServiceLoop, a manager that was asked for nothing still writes once.
	unwritten := true
	var write time.Duration
	for {
		select {
		case request := <-requests:
			group := append([]mutationRequest{request}, waiting(requests, write)...)
			mutated := false
			for _, member := range group {
				mutated = member.mutator() || mutated
			}
			var err error
			if mutated {
				began := time.Now()
				err = sm.saveSnapshot()
				write = time.Since(began)
			}
			unwritten = !mutated
			for _, member := range group {
				member.result <- err
			}
		case <-sm.cancel:
			var err error
			if unwritten {
				err = sm.saveSnapshot()
			}
			done <- err
			return
		}
	}
}

// pause is how long no step may ask for a write before those that did get theirs.
const pause = 20 * time.Millisecond

// waiting receives what comes without a pause, for as long at most as a write takes: on few processors, writes that follow
// each other at once leave the steps too little.
func waiting(requests chan mutationRequest, atMost time.Duration) []mutationRequest {
	var group []mutationRequest
	end := time.After(atMost)
	for {
		select {
		case request := <-requests:
			group = append(group, request)
		case <-time.After(min(pause, atMost)):
			return group
		case <-end:
			return group
		}
	}
}
