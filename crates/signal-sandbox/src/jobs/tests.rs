//! The queue: panics, cancelling, limits.

use super::*;

fn jobs(workers: usize, queue: usize, results: usize) -> Jobs {
    let limits = Limits { queue, results, ..Limits::default() };
    Jobs::new(workers, &limits)
}

fn job(name: &str) -> Arc<Job> {
    Job::new(format!("bt_{name}"), format!("res_{name}"), "me".into(), None)
}

fn no(text: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::DataUnavailable, text)
}

async fn over(job: &Job) -> State {
    while !job.state().is_over() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    job.state()
}

#[tokio::test]
async fn a_panic_is_an_internal_error_of_that_job_and_the_worker_lives_on() {
    let jobs = jobs(1, 10, 10);
    let (bad, good) = (job("bad"), job("good"));
    jobs.submit(&bad, |_| panic!("on purpose")).unwrap();
    jobs.submit(&good, |_| Err(no("reached"))).unwrap();
    let State::Failed(end) = over(&bad).await else { panic!("{:?}", bad.state()) };
    assert_eq!(end.code, ErrorCode::InternalError);
    let State::Failed(end) = over(&good).await else { panic!("{:?}", good.state()) };
    assert_eq!(end.message, "reached");
}

#[tokio::test]
async fn a_queued_job_that_is_cancelled_never_runs() {
    let jobs = jobs(1, 10, 10);
    let (first, second) = (job("1"), job("2"));
    let (go, wait) = std::sync::mpsc::channel::<()>();
    jobs.submit(&first, move |_| {
        wait.recv().ok();
        Err(no("first"))
    })
    .unwrap();
    jobs.submit(&second, |_| panic!("it was cancelled")).unwrap();
    assert_eq!(second.cancel().as_str(), "cancelled");
    go.send(()).unwrap();
    assert_eq!(over(&first).await.as_str(), "failed");
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    assert_eq!(second.state().as_str(), "cancelled");
    assert_eq!(first.cancel().as_str(), "failed");
}

#[tokio::test]
async fn a_running_job_sees_that_it_is_cancelled() {
    let jobs = jobs(1, 10, 10);
    let running = job("1");
    let (seen, stopped) = tokio::sync::oneshot::channel();
    jobs.submit(&running, move |job| {
        while !job.is_cancelled() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        seen.send(()).ok();
        Err(no("late"))
    })
    .unwrap();
    while running.state().as_str() == "queued" {
        tokio::task::yield_now().await;
    }
    assert_eq!(running.cancel().as_str(), "cancelled");
    stopped.await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    assert_eq!(running.state().as_str(), "cancelled");
}

#[tokio::test]
async fn a_full_queue_refuses_and_old_jobs_are_forgotten() {
    let jobs = jobs(1, 1, 2);
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let first = job("first");
    jobs.submit(&first, move |_| {
        wait.recv().ok();
        Err(no("first"))
    })
    .unwrap();
    while first.state().as_str() == "queued" {
        tokio::task::yield_now().await;
    }
    jobs.submit(&job("second"), |_| Err(no(""))).unwrap();
    assert!(jobs.submit(&job("third"), |_| Err(no(""))).is_err());
    go.send(()).unwrap();
    for n in 0..5 {
        let next = job(&n.to_string());
        while jobs.submit(&next, |_| Err(no(""))).is_err() {
            tokio::task::yield_now().await;
        }
        over(&next).await;
    }
    assert!(jobs.job("bt_first", "me").is_err());
    assert!(jobs.job("bt_4", "me").is_ok());
    assert!(jobs.job("bt_4", "somebody else").is_err());
}
