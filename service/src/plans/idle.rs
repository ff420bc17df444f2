//! The priority of searches.

/// Lets this thread, and those that it starts, run only when nothing else wants to: a request that comes gets a core at
/// once, where mere niceness lets a search use up its time slice of some milliseconds first. On Linux alone; elsewhere the
/// system's own fairness has to do.
pub(super) fn become_idle() {
    #[cfg(target_os = "linux")]
    {
        use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
        let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        let this = thread_priority::thread_native_id();
        if let Err(error) = thread_priority::set_thread_priority_and_policy(this, ThreadPriority::Min, policy) {
            tracing::warn!(?error, "searches run with the priority of requests");
        }
    }
}
