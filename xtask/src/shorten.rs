//! The names by which WebAssembly and JavaScript know each other, made short, and the JavaScript minified: as wasm-bindgen
//! writes them, each of some hundred names holds a hash, which no packer can pack.

use crate::Res;
use crate::exec::run;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{ExportSection, ImportSection, Module};

/// What wasm-bindgen calls imports and exports, as a regular expression.
const NAMES: &str = "^(__wbg|__wbindgen|__externref|wasm_bindgen__|\\./)";

/// Minifies the script in place with esbuild, and gives the module with the names that esbuild chose.
pub fn shorten(esbuild: &Path, script: &Path, wasm: &[u8]) -> Res<Vec<u8>> {
    let chosen = script.with_extension("names.json");
    std::fs::write(&chosen, "{}")?;
    let names = format!("--mangle-props={NAMES}");
    minify(esbuild, script, &["--mangle-quoted", &names, &format!("--mangle-cache={}", chosen.display())])?;
    let names = serde_json::from_slice(&std::fs::read(&chosen)?)?;
    std::fs::remove_file(chosen)?;
    renamed(wasm, names)
}

/// Minifies a script in place.
pub fn minify(esbuild: &Path, script: &Path, more: &[&str]) -> Res {
    run(Command::new(esbuild)
        .args(["--minify", "--allow-overwrite", "--log-level=warning"])
        .args(more)
        .arg(format!("--outfile={}", script.display()))
        .arg(script))
}

/// The module with other names for what it imports and exports, and without sections that nothing reads.
fn renamed(wasm: &[u8], names: BTreeMap<String, String>) -> Res<Vec<u8>> {
    let mut module = Module::new();
    Renamer(names).parse_core_module(&mut module, wasmparser::Parser::new(0), wasm)?;
    Ok(module.finish())
}

struct Renamer(BTreeMap<String, String>);

impl Renamer {
    fn name<'a>(&'a self, old: &'a str) -> &'a str {
        self.0.get(old).map_or(old, String::as_str)
    }
}

impl Reencode for Renamer {
    type Error = std::convert::Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            let kind = self.entity_type(import.ty)?;
            imports.import(self.name(import.module), self.name(import.name), kind);
        }
        Ok(())
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: wasmparser::Export<'_>) -> Result<(), Error> {
        let name = self.name(export.name).to_owned();
        utils::parse_export(self, exports, wasmparser::Export { name: &name, ..export })
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: wasmparser::CustomSectionReader<'_>) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, ExportKind, TypeSection};

    fn module(names: [&str; 3]) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import(names[0], names[1], EntityType::Function(0));
        let mut exports = ExportSection::new();
        exports.export(names[2], ExportKind::Func, 0);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&exports);
        module.finish()
    }

    #[test]
    fn imports_and_exports_are_renamed_and_nothing_else() {
        let names = [("./page.js", "a"), ("__wbg_now_0123456789abcdef", "b"), ("__wbindgen_malloc", "c")];
        let names: BTreeMap<_, _> = names.iter().map(|(old, new)| (old.to_string(), new.to_string())).collect();
        let long = module(["./page.js", "__wbg_now_0123456789abcdef", "__wbindgen_malloc"]);
        assert_eq!(renamed(&long, names.clone()).unwrap(), module(["a", "b", "c"]));
        let others = module(["env", "now", "memory"]);
        assert_eq!(renamed(&others, names).unwrap(), others);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(renamed(b"\0asm", BTreeMap::new()).is_err());
    }
}
