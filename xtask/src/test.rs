use crate::Res;
pub fn run(_: bool, _: &[String]) -> Res {
    Ok(())
}
