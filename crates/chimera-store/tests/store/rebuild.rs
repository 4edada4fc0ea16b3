use std::path::Path;

use proptest::prelude::*;
use sqlx::{AssertSqlSafe, Connection as _, Row, SqliteConnection};

use crate::house::{House, Talk};
use crate::story::{step, three_talks};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_tables_can_be_rebuilt_from_the_log_byte_for_byte(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new().await;
            three_talks(&house, steps).await;
            let before = dump(&house.path()).await;

            prop_assert_eq!(house.store.rebuild().await.unwrap(), None);

            prop_assert_eq!(dump(&house.path()).await, before);
            prop_assert_eq!(house.heard(), house.log().await, "a rebuild is no event");
            house.store.check().await.unwrap();
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_table_that_was_not_what_the_log_says_is_put_right_and_named() {
    let house = House::new().await;
    let talk = Talk::new(1);
    house.happens(talk.id, vec![talk.created(), talk.user_said(1, None, "as it was said")]).await;
    let mut db = SqliteConnection::connect(&format!("sqlite://{}", house.path().display())).await.unwrap();
    sqlx::query("update messages set text = 'as nobody said it'").execute(&mut db).await.unwrap();
    db.close().await.unwrap();

    let difference = house.store.rebuild().await.unwrap().unwrap();

    assert_eq!(difference.table, "messages");
    assert!(difference.before.as_ref().unwrap().contains("text = 'as nobody said it'"), "{difference}");
    assert!(difference.after.as_ref().unwrap().contains("text = 'as it was said'"), "{difference}");
    assert_eq!(house.store.rebuild().await.unwrap(), None);
}

/// Every row of every table but the log, as SQLite would write it down.
pub async fn dump(path: &Path) -> String {
    let mut db = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name <> 'events' order by name",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let mut dump = String::new();
    for table in tables {
        let columns: String = sqlx::query_scalar(AssertSqlSafe(format!(
            "select group_concat('quote(' || name || ')', '||'',''||') from pragma_table_info('{table}')"
        )))
        .fetch_one(&mut db)
        .await
        .unwrap();
        let rows = sqlx::query(AssertSqlSafe(format!("select {columns} from {table} order by 1")))
            .fetch_all(&mut db)
            .await
            .unwrap();
        for row in rows {
            dump += &format!("{table} {}\n", row.get::<String, _>(0));
        }
    }
    db.close().await.unwrap();
    dump
}
