package backend

// groupedServiceLoop keeps the promise of defaultServiceLoop, that no step goes on before the state on disk knows of it,
// and writes the state once for all steps that wait at that moment. The state is written as a whole: one write for each
// step alone takes four fifths of the time in which a thousand resources are created.
func (sm *SnapshotManager) groupedServiceLoop(requests chan mutationRequest, done chan error) {
	// As in defaultServiceLoop, a manager that was asked for nothing still writes once.
	unwritten := true
	for {
		select {
		case request := <-requests:
			group := append([]mutationRequest{request}, waiting(requests)...)
			write := false
			for _, member := range group {
				write = member.mutator() || write
			}
			var err error
			if write {
				err = sm.saveSnapshot()
			}
			unwritten = !write
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

// waiting receives what can be received without waiting.
func waiting(requests chan mutationRequest) []mutationRequest {
	var group []mutationRequest
	for {
		select {
		case request := <-requests:
			group = append(group, request)
		default:
			return group
		}
	}
}
