//! How long packages are kept.

use std::time::Duration;

use tieline_types::{Clock, SystemClock};

use super::stage::{ONE, Stage};

const DAY: Duration = Duration::from_secs(24 * 3_600);

#[tokio::test]
async fn a_package_that_nobody_uses_goes_after_a_while_and_one_in_use_stays() {
    let stage = Stage::with(ONE).await;
    let installer = &stage.host.installer;
    let now = SystemClock.now();
    // The digest that the installation of the stage names.
    let in_use = stage.store.put_blob("never uploaded".into()).await.unwrap();
    let unused = stage.store.put_blob("a package of long ago".into()).await.unwrap();
    for package in [&in_use, &unused] {
        installer.note_use(package, now).await.unwrap();
    }
    installer.remove_unused(now.after(6 * DAY)).await.unwrap();
    assert!(stage.store.blob(&unused).await.unwrap().is_some(), "within the time of grace");
    installer.remove_unused(now.after(30 * DAY)).await.unwrap();
    assert_eq!(stage.store.blob(&unused).await.unwrap(), None);
    assert!(stage.store.blob(&in_use).await.unwrap().is_some());
    // Uploaded again, its time begins anew.
    let again = stage.store.put_blob("a package of long ago".into()).await.unwrap();
    installer.note_use(&again, now.after(30 * DAY)).await.unwrap();
    installer.remove_unused(now.after(31 * DAY)).await.unwrap();
    assert!(stage.store.blob(&again).await.unwrap().is_some());
}
